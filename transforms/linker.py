"""Which linker states whose record it is: raised by whoever changes what `link` or `relatives` says of anything."""

VERSION = 1
