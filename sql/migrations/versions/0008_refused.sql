-- Keys that have a name in them: a refused row is nobody's whom a reader's regions could be asked for.
update ledger.quarantine as q set source_key = null
from ledger.delivery as d
where d.delivery_id = q.delivery_id and d.resource in ('environment', 'work_safety') and q.source_key is not null;
