-- Groups of sketches need room; rows of one site and time lie together, so that reading them by
-- index costs little more than reading on; a plan suits one range and its filters alone.
select
    set_config('work_mem', '64MB', true),
    set_config('random_page_cost', '1.1', true),
    set_config('parallel_tuple_cost', '0.01', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)
