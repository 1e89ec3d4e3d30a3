-- try_lock: Is nobody else answering this request now?
select pg_try_advisory_lock(hashtextextended(%(actor)s || chr(10) || %(idempotency_key)s, 7310295302));

-- unlock: Was the lock of this request held, and is it now free?
select pg_advisory_unlock(hashtextextended(%(actor)s || chr(10) || %(idempotency_key)s, 7310295302));

-- find_answer: Which request came with this key before, and what was answered?
select request_hash, status, answer from api.kept_answers
where actor = %(actor)s and idempotency_key = %(idempotency_key)s;

-- begin_answer: The key belongs to this request from now on.
insert into api.kept_answers (actor, idempotency_key, request_hash)
values (%(actor)s, %(idempotency_key)s, %(request_hash)s);

-- keep_answer: This is what was answered, for ever.
update api.kept_answers set status = %(status)s, answer = %(answer)s
where actor = %(actor)s and idempotency_key = %(idempotency_key)s;

-- free_key: The request was refused, so its key is free again.
delete from api.kept_answers
where actor = %(actor)s and idempotency_key = %(idempotency_key)s and status is null;
