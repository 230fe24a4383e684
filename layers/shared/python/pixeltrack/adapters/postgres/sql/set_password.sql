with ended as (
    delete from refresh_families where account_id = %(account)s::uuid
),
spent as (
    delete from one_time_tokens where account_id = %(account)s::uuid and purpose = 'reset'
)
update accounts
set password_hash = %(password_hash)s
where id = %(account)s::uuid
