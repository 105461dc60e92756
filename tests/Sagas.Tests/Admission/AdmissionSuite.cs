using Microsoft.Extensions.Options;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Sagas.Tests.Persistence;
using MultiPanel.Sagas.Tests.Scheduling;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

/// <summary>A cluster <c>c1</c> with small limits: 2 clones a node, 3 a storage, 4 in the cluster.</summary>
public abstract class AdmissionSuite(RedisKind kind) : RedisSuite(kind)
{
    protected const string Cluster = "c1";

    protected static AdmissionLimits Small { get; } = AdmissionLimits.Default.With(AdmissionClass.Clone, new(PerNode: 2, PerStorage: 3, PerCluster: 4));

    protected ManualTime Time { get; private set; } = null!;

    protected IAdmission Admission { get; private set; } = null!;

    [SetUp]
    public async Task OpenTheCluster()
    {
        Time = new ManualTime();
        Admission = new RedisAdmission(Redis, Options.Create(new AdmissionOptions { KeyPrefix = KeyPrefix, Limits = Small }), Time);
        await Admission.RestoreAsync(Cluster, [], default);
    }

    protected static AdmissionRequest Clone(
        string holder,
        string node = "pve1",
        string? storage = null,
        string company = "acme",
        JobPriority priority = JobPriority.Operator,
        string cluster = Cluster)
        => new()
        {
            Holder = holder,
            JobId = Guid.CreateVersion7(),
            Cluster = cluster,
            Node = node,
            Storage = storage,
            Class = AdmissionClass.Clone,
            Priority = priority,
            Company = company,
            Resume = $"wake {holder}",
        };

    protected async Task<AdmissionDecision> Ask(AdmissionRequest request) => await Admission.RequestAsync(request, default);

    protected async Task<string[]> Release(string holder)
        => [.. (await Admission.ReleaseAsync(Cluster, holder, default)).Select(grant => grant.Holder)];

    protected async Task Granted(params AdmissionRequest[] requests)
    {
        foreach (var request in requests)
        {
            Assert.That(await Ask(request), Is.EqualTo(AdmissionDecision.Granted), request.Holder);
        }
    }

    protected async Task Waiting(params AdmissionRequest[] requests)
    {
        foreach (var request in requests)
        {
            Assert.That((await Ask(request)).Outcome, Is.EqualTo(AdmissionOutcome.Waiting), request.Holder);
        }
    }
}
