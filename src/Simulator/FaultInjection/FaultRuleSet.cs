using System.Text.RegularExpressions;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.FaultInjection;

/// <summary>The rules that calls are matched against.</summary>
internal sealed class FaultRuleSet
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];

    public void Add(FaultRule rule)
    {
        lock (_gate)
        {
            _rules.Add(rule);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    /// <summary>Delays add up; the first failing or losing rule counts.</summary>
    public MatchedFault Match(string method, string path, string node)
    {
        lock (_gate)
        {
            var delay = TimeSpan.Zero;
            PveException? error = null;
            var lose = false;
            foreach (var rule in _rules.Where(rule => rule.Matches(method, path, node)).ToList())
            {
                if ((error is not null || lose) && rule.Latency == TimeSpan.Zero)
                {
                    continue;
                }

                delay += rule.Latency;
                lose |= rule.LoseAnswer;
                error ??= rule.Status > 0 ? new PveException(rule.Reason, rule.Status) { EmptyBody = rule.Status is 401 or >= 595 } : null;
                if (rule.UsedUp())
                {
                    _rules.Remove(rule);
                }
            }

            return new MatchedFault(delay, error, lose);
        }
    }
}

internal sealed record MatchedFault(TimeSpan Delay, PveException? Error, bool LoseAnswer);

internal sealed class FaultRule(string? method, string? path, string? node, int? times)
{
    private readonly Regex? _path = path is null ? null : new Regex("^" + Regex.Escape(path).Replace("\\*", ".*", StringComparison.Ordinal) + "$");
    private int? _left = times;

    public TimeSpan Latency { get; init; }

    public int Status { get; init; }

    public string Reason { get; init; } = "";

    public bool LoseAnswer { get; init; }

    public bool Matches(string calledMethod, string calledPath, string calledNode) =>
        (method is null || method == calledMethod) && (node is null || node == calledNode) && (_path is null || _path.IsMatch(calledPath));

    /// <summary>Counts a use down; true after the last.</summary>
    public bool UsedUp() => _left is not null && --_left <= 0;
}
