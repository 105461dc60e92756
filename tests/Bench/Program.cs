using MultiPanel.Bench.Parts;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Rivals;
using MultiPanel.Bench.Stack;

if (args is ["simulator", var site])
{
    return await SimulatorHost.RunAsync(site);
}

if (args is ["plain-insert", var connection, var port])
{
    return await PlainInsert.RunAsync(connection, port);
}

if (PartList.Find(args) is not { } parts)
{
    Console.Error.WriteLine($"parts: {string.Join(", ", PartList.Names)}");
    return 2;
}

var surroundings = Surroundings.Read();
using var stopping = new CancellationTokenSource(surroundings.Most);
var report = new BenchReport();
foreach (var part in parts)
{
    await report.AddAsync(part, surroundings, stopping.Token);
}

report.PrintMarkdown();
return report.Broken == 0 ? 0 : 1;
