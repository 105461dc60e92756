-- Raises a lowered limit of a node by one, up to the configured one. Preceded by admission.lua.
-- ARGV[3] = class, ARGV[4] = node, ARGV[5] = the pair as JSON [class, node]
-- Returns {'restore'} if the counts are not complete, else {'ok', entry of each waiter that got a slot...}.
-- Guarantees that the limit never rises above the configured one.
local raised = raise(ARGV[3], ARGV[4], ARGV[5])
if not complete() then
    return { 'restore' }
end

local result = { 'ok' }
if raised then
    handOn(ARGV[3], result)
end
return result
