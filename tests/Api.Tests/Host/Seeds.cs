using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Tests.Host;

/// <summary>Two companies and their people on one shared cluster, and words to add to them.</summary>
public sealed class Seeds
{
    private readonly PanelDatabase database;
    private readonly DateTime now;

    private Seeds(PanelDatabase database, DateTime now) => (this.database, this.now) = (database, now);

    public int Acme { get; private set; }

    public int Globex { get; private set; }

    public int Root { get; private set; }

    public int AcmeAdmin { get; private set; }

    public int AcmeOperator { get; private set; }

    public int AcmeUser { get; private set; }

    public int GlobexAdmin { get; private set; }

    public int Cluster { get; private set; }

    public static async Task<Seeds> SowAsync(PanelDatabase database, DateTime now)
    {
        var seeds = new Seeds(database, now);
        seeds.Acme = (await seeds.AddAsync(new Company { Name = "Acme", CreatedAt = now })).Id;
        seeds.Globex = (await seeds.AddAsync(new Company { Name = "Globex", CreatedAt = now })).Id;
        seeds.Root = await seeds.UserAsync("root", Role.SuperAdmin, null);
        seeds.AcmeAdmin = await seeds.UserAsync("acme-admin", Role.CompanyAdmin, seeds.Acme);
        seeds.AcmeOperator = await seeds.UserAsync("acme-operator", Role.Operator, seeds.Acme);
        seeds.AcmeUser = await seeds.UserAsync("acme-user", Role.User, seeds.Acme);
        seeds.GlobexAdmin = await seeds.UserAsync("globex-admin", Role.CompanyAdmin, seeds.Globex);
        seeds.Cluster = await seeds.ClusterAsync("pve");
        return seeds;
    }

    /// <param name="hash">Null: the user cannot sign in by password.</param>
    public async Task<int> UserAsync(string name, Role role, int? company, string? hash = null, UserStatus status = UserStatus.Active) => (await AddAsync(new User
    {
        Username = name,
        Email = $"{name}@example.com",
        PasswordHash = hash ?? "!",
        Role = role,
        CompanyId = company,
        Status = status,
        CreatedAt = now,
    })).Id;

    public async Task<int> ClusterAsync(string name, int? company = null) => (await AddAsync(new Cluster
    {
        Name = name,
        Endpoints = ["https://127.0.0.1:1"],
        Identity = "root@pam!t1",
        SealedSecret = Box.Seal("secret"),
        VmidFrom = 100,
        VmidTo = 999,
        VmidNext = 100,
        CompanyId = company,
        CreatedAt = now,
    })).Id;

    public async Task<int> VmAsync(int? company, string name = "web1", Action<Vm>? with = null)
    {
        var vm = new Vm { ClusterId = Cluster, Vmid = null, Name = name, Node = "pve1", Status = VmStatus.Stopped, CompanyId = company, CreatedAt = now };
        with?.Invoke(vm);
        vm.Vmid ??= vm.Status == VmStatus.Provisioning ? null : 1000 + Interlocked.Increment(ref vmids);
        return (await AddAsync(vm)).Id;
    }

    public async Task<int> TemplateAsync(int? company = null, Action<Template>? with = null)
    {
        var vmid = 9000 + Interlocked.Increment(ref vmids);
        var source = await VmAsync(company, "debian12", vm => (vm.Vmid, vm.Template) = (vmid, true));
        var template = new Template
        {
            ClusterId = Cluster,
            SourceId = source,
            Vmid = vmid,
            Name = "debian12",
            DiskGb = 32,
            CloudInit = true,
            CompanyId = company,
            Status = TemplateStatus.Ready,
            CreatedAt = now,
        };
        with?.Invoke(template);
        return (await AddAsync(template)).Id;
    }

    public async Task<Job> JobAsync(int? company, Action<Job>? with = null)
    {
        var job = new JobDraft
        {
            Kind = "vm.start",
            CompanyId = company,
            RequestedByName = "anna",
            ClusterId = Cluster,
            Target = new JobTarget("vm", 1, "web1"),
        }.Accept(now.AddMilliseconds(Interlocked.Increment(ref jobs)), id => new Contracts.VmOperations.OperateVm { JobId = id, Action = Contracts.VmOperations.VmAction.Start });
        with?.Invoke(job);
        return await AddAsync(job);
    }

    /// <summary>A bulk job, to be given children.</summary>
    public async Task<Job> BulkAsync(int? company, Action<Job>? with = null)
    {
        var job = new JobDraft
        {
            Kind = "vm.bulk",
            CompanyId = company,
            RequestedByName = "anna",
            ClusterId = Cluster,
            Target = new JobTarget("vms", null, "start 2 VMs"),
        }.Accept(now.AddMilliseconds(Interlocked.Increment(ref jobs)), id => new Contracts.Bulk.RunBulk { JobId = id });
        with?.Invoke(job);
        return await AddAsync(job);
    }

    public async Task ChangeAsync<T>(object id, Action<T> change) where T : class
    {
        await using var db = database.OpenAll();
        change((await db.FindAsync<T>(id))!);
        await db.SaveChangesAsync();
    }

    private async Task<T> AddAsync<T>(T row) where T : class
    {
        await using var db = database.OpenAll();
        db.Add(row);
        await db.SaveChangesAsync();
        return row;
    }

    private static readonly Data.Secrets.SecretBox Box =
        Data.Secrets.SecretBox.TryParse(Convert.ToBase64String(new byte[32]), out var box, out var problem)
            ? box!
            : throw new InvalidOperationException(problem);

    private int vmids;
    private int jobs;
}
