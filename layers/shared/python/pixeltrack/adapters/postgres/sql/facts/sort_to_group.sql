-- A sketch takes 128 KiB while it grows: one at a time in sorted groups, never one a group at once.
set local enable_hashagg = off
