using System.Diagnostics;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests;

/// <summary>The standalone on a real file system that becomes full while jobs run, and then has room again.</summary>
[NonParallelizable]
public sealed class FullDiskTests
{
    /// <summary>Ends a test that would hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private DirectoryInfo folder = null!;

    [SetUp]
    public async Task Mount()
    {
        folder = Directory.CreateTempSubdirectory("multipanel-disk-");
        var (code, said) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder.FullName);
        if (code != 0)
        {
            folder.Delete();
            Assert.Ignore($"needs a file system of its own, and this machine does not let this user mount one: {said}");
        }
    }

    [TearDown]
    public async Task Unmount()
    {
        if (Directory.Exists(folder.FullName))
        {
            await RunAsync("umount", "--lazy", folder.FullName);
            folder.Delete();
        }
    }

    [Test]
    public async Task After_a_full_disk_all_accepted_jobs_end_without_a_restart()
    {
        await using var panel = Start();
        using var client = await panel.SignInAsync();
        var template = await client.TemplateAsync("debian12");
        var jobs = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            jobs.Add(await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = $"web{i}", full = true }));
        }

        Fill();
        await panel.SaysAsync(line => line.Contains("The disk of DATA_DIR is full", StringComparison.Ordinal), "that the disk is full");
        using var answer = await client.SendAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = "full" }, "k1");
        if (answer.IsSuccessStatusCode)
        {
            // SQLite still had room in its own files: accepted is accepted.
            jobs.Add(PanelClient.Parse<JobAccepted>(await answer.Content.ReadAsStringAsync()).JobId);
        }

        File.Delete(Filler);
        await panel.SaysAsync(
            line => line.Contains("The embedded Redis takes writes again", StringComparison.Ordinal), "that Redis takes writes again");
        jobs.Add(await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = "after" }));

        var ending = Task.WhenAll(jobs.Select(client.EndAsync));
        await Task.WhenAny(ending, Task.Delay(Limit));
        Assert.That(ending.IsCompleted, Is.True, () => $"the jobs do not end:\n{panel.Said}");
        var ended = await ending;
        Assert.That(ended.Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), string.Join('\n', ended.Select(job => job.Error)));
        Assert.That(panel.HasExited, Is.False, "it is the same process");
    }

    [Test]
    public async Task While_the_disk_is_full_commands_are_refused_clearly_and_afterwards_all_accepted_ones_are_done()
    {
        await using var panel = Start();
        using var client = await panel.SignInAsync();
        var template = await client.TemplateAsync("debian12");
        var jobs = new List<Guid> { await CloneAsync("before") };
        Fill();

        // The files of SQLite have some room inside, so it may accept a few more; a long description takes it sooner.
        string? refused = null;
        for (var i = 0; refused is null; i++)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, "/api/vms", Command($"full{i}"), $"key{i}");
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
            {
                jobs.Add(PanelClient.Parse<JobAccepted>(text).JobId);
                continue;
            }

            refused = $"key{i}";
            Assert.That((int)answer.StatusCode, Is.EqualTo(503), text);
            Assert.That(text, Does.Contain("disk is full").And.Contain("Free space").And.Contain("Nothing was changed"));
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        }

        using var read = await client.SendAsync(HttpMethod.Get, "/api/vms", null, "read");
        Assert.That(read.IsSuccessStatusCode, Is.True, "what is there can be read");
        File.Delete(Filler);
        await Eventually.IsAsync(
            async () =>
            {
                using var answer = await client.SendAsync(HttpMethod.Post, "/api/vms", Command("again"), refused + "-again");
                if (answer.IsSuccessStatusCode)
                {
                    jobs.Add(PanelClient.Parse<JobAccepted>(await answer.Content.ReadAsStringAsync()).JobId);
                }

                return answer.IsSuccessStatusCode;
            },
            "commands are accepted again", TimeSpan.FromSeconds(30), () => panel.Said);

        var ending = Task.WhenAll(jobs.Select(client.EndAsync));
        await Task.WhenAny(ending, Task.Delay(Limit));
        Assert.That(ending.IsCompleted, Is.True, () => $"the jobs do not end:\n{panel.Said}");
        Assert.That((await ending).Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), "nothing that was accepted is lost");
        var all = await client.GetAsync<IReadOnlyList<JobView>>("/api/jobs?kind=vm.create&limit=500");
        Assert.That(all.Select(job => job.Id), Is.EquivalentTo(jobs), "what was refused left nothing");

        object Command(string name) => new { template_id = template, name, start = false, description = new string('x', 8_000) };

        Task<Guid> CloneAsync(string name) => client.CommandAsync(HttpMethod.Post, "/api/vms", Command(name));
    }

    private string Filler => Path.Combine(folder.FullName, "filler");

    /// <summary>Until not one byte is left.</summary>
    private void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var block in new[] { new byte[1 << 20], new byte[4096] })
        {
            try
            {
                while (true)
                {
                    filler.Write(block);
                }
            }
            catch (IOException)
            {
                // Full for blocks of this size.
            }
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said.Trim());
    }

    private PanelProcess Start() => PanelProcess.Start(
        "Standalone", new Dictionary<string, string> { ["DATA_DIR"] = Path.Combine(folder.FullName, "data"), ["PORT"] = "0" });
}
