-- create_key: Was the name free for ever, and is it now this key's?
insert into api.keys (name, roles, ledgers, key_hash)
values (%(name)s, %(roles)s, %(ledgers)s, %(key_hash)s)
on conflict (name) do nothing
returning name;

-- find_key: Whose key has this hash, if it has not been deleted?
select name, roles, ledgers from api.keys where key_hash = %(key_hash)s and deleted_at is null;

-- knows_hash: Was there ever a key with this hash?
select 1 from api.keys where key_hash = %(key_hash)s;

-- list_keys: Which keys may be used, in the order of their names?
select name, roles, ledgers from api.keys
where deleted_at is null and name > %(after)s order by name limit %(limit)s;

-- delete_key: Was there a live key of this name, and is it now dead?
update api.keys set deleted_at = now()
where name = %(name)s and deleted_at is null
returning name;

-- any_admin: Is there a live key that may make other keys?
select 1 from api.keys where 'admin' = any (roles) and ledgers is null and deleted_at is null limit 1;

-- alone: Does no other process look for the first admin key now? Waits until it is so.
select pg_advisory_xact_lock(7310295301);
