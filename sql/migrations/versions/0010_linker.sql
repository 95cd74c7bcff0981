-- Which version of the linker (transforms/linker.py) stated it; null of what people stated, and of what was stated before there were any.
alter table core.link add column linker integer;
