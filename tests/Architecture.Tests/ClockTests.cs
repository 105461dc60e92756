using System.Text.RegularExpressions;

namespace MultiPanel.Architecture.Tests;

/// <summary>A pause or a time that does not come from the <see cref="TimeProvider"/> cannot be moved by a test, so tests would have to wait for it. The simulator is no part of the panel.</summary>
public sealed partial class ClockTests
{
    [Test]
    public void Pauses_and_times_come_from_the_time_provider()
    {
        var wrong = from file in Sources.Files("src", ".cs").Where(file => !file.StartsWith("src/Simulator/", StringComparison.Ordinal))
                    from line in File.ReadLines(Path.Combine(Sources.Root(), file))
                    where IsRealTime(line)
                    select $"{file}: {line.Trim()}";

        Assert.That(wrong, Is.Empty, "take a TimeProvider, and give it to the pause");
    }

    [TestCase("await Task.Delay(Pause, token);", true)]
    [TestCase("await Task.Delay(Pause, token); // not by the clock", true)]
    [TestCase("await Task.Delay(Pause, Clock, token);", false)]
    [TestCase("var now = DateTime.UtcNow;", true)]
    [TestCase("using var timer = new PeriodicTimer(cycle);", true)]
    [TestCase("using var timer = new PeriodicTimer(cycle, clock);", false)]
    public void The_rule_finds_what_it_looks_for(string line, bool isWrong) => Assert.That(IsRealTime(line), Is.EqualTo(isWrong));

    private static bool IsRealTime(string line)
    {
        var code = line.Split("//")[0];
        return RealTime().IsMatch(code) || (Pause().IsMatch(code) && !code.Contains("clock", StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bThread\.Sleep\(|\bnew Timer\(")]
    private static partial Regex RealTime();

    [GeneratedRegex(@"\bTask\.Delay\(|\bnew PeriodicTimer\(")]
    private static partial Regex Pause();
}
