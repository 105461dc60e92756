using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Integration.Tests;

/// <summary>A company tries to get more than its quota, by commands in any order, while its VMs are looked at and changed in Proxmox.</summary>
public sealed class QuotaWalkTests
{
    private const int Vcpus = 8, MemoryMb = 8192, DiskGb = 100, Commands = 60;

    [Test]
    public async Task No_order_of_commands_gets_a_company_more_than_its_quota()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions { Workers = 1, Simulator = SimulatorOptions.Demo() with { TimeScale = 30 } });
        using var acme = await installation.SignInAsync("acme");
        await using (var db = installation.Database.OpenAll())
        {
            var company = await db.Companies.SingleAsync(row => row.Name == "acme");
            (company.MaxVcpus, company.MaxMemoryMb, company.MaxDiskGb) = (Vcpus, MemoryMb, DiskGb);
            await db.SaveChangesAsync();
        }

        var vms = (await installation.SucceedAsync(await installation.CloneAsync(acme, 2))).Select(job => job.TargetId!.Value).ToList();
        var random = new Random(1);
        var (said, worst) = (new List<string>(), (Vcpus: 0, Memory: 0, Disk: 0.0));
        for (var number = 0; number < Commands; number++)
        {
            // Two at once: of one VM, or of two that share what is left.
            var asked = new[] { Next(random, vms), Next(random, vms) };
            var jobs = await Task.WhenAll(asked.Select(command => TryAsync(acme, command)));
            foreach (var vm in vms.Where(_ => random.Next(3) == 0))
            {
                await acme.GetAsync<VmView>($"/api/vms/{vm}?fresh=true");
            }

            await installation.UntilAsync([.. jobs.OfType<Guid>()], job => job.IsFinal, "the commands end");
            said.Add(string.Join(", ", asked.Zip(jobs, (command, job) => $"{command.Path} {command.Body}: {(job is null ? "refused" : "accepted")}")));
            var has = Taken(installation);
            worst = (Math.Max(worst.Vcpus, has.Vcpus), Math.Max(worst.Memory, has.MemoryMb), Math.Max(worst.Disk, has.DiskGb));
            Assert.That(
                has.Vcpus <= Vcpus && has.MemoryMb <= MemoryMb && has.DiskGb <= DiskGb, $"{has} in Proxmox after\n{string.Join('\n', said)}");
        }

        Assert.That(worst, Is.GreaterThanOrEqualTo((6, 4096, 66.0)), "the quota was tried");
    }

    /// <summary>Commands that a quota may refuse, and those that change what it counts.</summary>
    private static (HttpMethod Method, string Path, object? Body) Next(Random random, List<int> vms)
    {
        var vm = $"/api/vms/{vms[random.Next(vms.Count)]}";
        var snapshot = $"s{random.Next(3)}";
        return random.Next(11) switch
        {
            0 => (HttpMethod.Post, $"{vm}/start", null),
            1 => (HttpMethod.Post, $"{vm}/stop", null),
            2 => (HttpMethod.Post, $"{vm}/suspend", new { to_disk = true }),
            3 => (HttpMethod.Post, $"{vm}/resume", null),
            4 => (HttpMethod.Post, $"{vm}/snapshots", new { name = snapshot }),
            5 => (HttpMethod.Delete, $"{vm}/snapshots/{snapshot}", null),
            6 or 7 => (HttpMethod.Post, $"{vm}/snapshots/{snapshot}/rollback", null),
            8 => (HttpMethod.Post, $"{vm}/resize", new { disk_gb = random.Next(33, 70) }),
            _ => (HttpMethod.Patch, vm, new { cores = random.Next(1, 9), memory_mb = 1024 * random.Next(1, 9) }),
        };
    }

    /// <returns>Null: refused at once.</returns>
    private static async Task<Guid?> TryAsync(PanelClient acme, (HttpMethod Method, string Path, object? Body) command)
    {
        using var answer = await acme.SendAsync(command.Method, command.Path, command.Body, $"{Guid.NewGuid()}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(202).Or.EqualTo(409).Or.EqualTo(422).Or.EqualTo(400), text);
        return answer.IsSuccessStatusCode ? PanelClient.Parse<JobAccepted>(text).JobId : null;
    }

    /// <summary>In Proxmox: of what a VM has in force and what waits for its next start, the larger.</summary>
    private static (int Vcpus, int MemoryMb, double DiskGb) Taken(Installation installation)
    {
        var vms = installation.Simulator.Clusters.SelectMany(cluster => cluster.Vms).Where(vm => vm.VmId >= 10_000).ToList();
        return (vms.Sum(vm => Most(vm, "cores", 1)), vms.Sum(vm => Most(vm, "memory", 512)), vms.Sum(vm => vm.Config.Values.Sum(Size)));

        static int Most(SimulatedVm vm, string option, int normal) =>
            Math.Max(Number(vm.Config.GetValueOrDefault(option), normal), Number(vm.InForce.GetValueOrDefault(option), normal));
        static int Number(string? text, int normal) => text is null ? normal : int.Parse(text, null);
    }

    private static double Size(string value) => value.Split(',').FirstOrDefault(part => part.StartsWith("size=", StringComparison.Ordinal)) is { } size
        ? double.Parse(size["size=".Length..^1], null) / (size[^1] == 'M' ? 1024 : 1)
        : 0;
}
