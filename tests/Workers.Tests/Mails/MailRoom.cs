using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;
using MultiPanel.Hosting.Settings;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Mails;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Workers.Tests.Mails;

/// <summary>A database, an SMTP server, and between them what sends; words to fill them.</summary>
internal sealed class MailRoom : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("multipanel-mail-");
    private readonly StoreSettings settings;
    private readonly TestDatabase? real;

    private MailRoom(TestMailServer server, TestDatabase? real, Func<MailSettings, MailSettings> with)
    {
        (Server, this.real) = (server, real);
        var url = real is not null && DatabaseUrl.TryParse(real.Url, out var parsed, out _) ? parsed! : DatabaseUrl.Sqlite(Path.Combine(folder.FullName, "panel.db"));
        settings = new StoreSettings { Database = url, Redis = null!, RabbitMq = null, Secrets = null!, Mail = with(server.Settings) };
        Database = new PanelDatabase(url);
        Outbox = new MailOutbox(settings, Clock);
    }

    public TestMailServer Server { get; }

    public ShiftedClock Clock { get; } = new();

    public PanelDatabase Database { get; }

    public MailOutbox Outbox { get; }

    private DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <param name="real">Null: SQLite.</param>
    public static async Task<MailRoom> OpenAsync(bool secure = false, Func<MailSettings, MailSettings>? with = null, TestDatabase? real = null)
    {
        var room = new MailRoom(TestMailServer.Start(secure), real, with ?? (settings => settings));
        await room.Database.MigrateAsync();
        return room;
    }

    /// <summary>As each host has one.</summary>
    public MailSender Sender() =>
        new(Database, Outbox, new MailWriter(Database, Clock), settings, Clock, NullLogger<MailSender>.Instance);

    public Task<int> SendAsync() => Sender().SendDueAsync(CancellationToken.None);

    public async Task<User> UserAsync(string name, int? company = null, string? email = null, Action<User>? with = null)
    {
        var user = new User
        {
            Username = name,
            Email = email ?? $"{name}@example.com",
            PasswordHash = "hash",
            Role = company is null ? Role.SuperAdmin : Role.Operator,
            CompanyId = company,
            Status = UserStatus.Active,
            CreatedAt = Now,
        };
        with?.Invoke(user);
        return await AddAsync(user);
    }

    public async Task<int> CompanyAsync(string name) => (await AddAsync(new Company { Name = name, CreatedAt = Now })).Id;

    public async Task WelcomeAsync(User user)
    {
        await using var db = Database.OpenAll();
        Outbox.AddWelcome(db, user);
        await db.SaveChangesAsync();
    }

    public async Task ForgotAsync(string name)
    {
        await using var db = Database.OpenAll();
        Outbox.AddPasswordReset(db, name);
        await db.SaveChangesAsync();
    }

    /// <summary>A job of theirs that ended badly, unless it is said otherwise, with the row that its end makes.</summary>
    public async Task<Job> FailAsync(User user, string target = "web1", Action<Job>? with = null, params JobStatus[] children)
    {
        await using var db = Database.OpenAll();
        var job = new JobDraft
        {
            Kind = children.Length > 0 ? "vm.bulk" : "vm.create",
            CompanyId = user.CompanyId,
            RequestedById = user.Id,
            RequestedByName = user.Username,
            Target = new JobTarget(children.Length > 0 ? "vms" : "vm", 1, target),
        }.Accept(Now, id => children.Length > 0 ? new RunBulk { JobId = id } : new CloneVm { JobId = id, SourceId = 1 });
        job.Error = new JobError { Code = JobErrorCodes.StorageFull, Message = "The storage has no room for this. Free some space.", Detail = "clone failed: No space left on device" };
        with?.Invoke(job);
        job.End(Now);
        db.Jobs.Add(job);
        foreach (var status in children)
        {
            var child = new JobDraft { Kind = "vm.start", RequestedById = user.Id, RequestedByName = "x", ParentId = job.Id, Target = new JobTarget("vm", 1, "web1") }
                .Accept(Now, id => new OperateVm { JobId = id, Action = VmAction.Start });
            child.Status = status;
            db.Jobs.Add(child);
            Outbox.AddFailure(db, child);
        }

        Outbox.AddFailure(db, job);
        await db.SaveChangesAsync();
        return job;
    }

    public async Task ChangeAsync(User user, Action<User> change)
    {
        await using var db = Database.OpenAll();
        change((await db.Users.FindAsync(user.Id))!);
        await db.SaveChangesAsync();
    }

    /// <summary>Rows that wait.</summary>
    public async Task<int> WaitingAsync()
    {
        await using var db = Database.OpenAll();
        return db.Mails.Count();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
        if (real is not null)
        {
            await real.DisposeAsync();
        }
    }

    private async Task<T> AddAsync<T>(T row) where T : class
    {
        await using var db = Database.OpenAll();
        db.Add(row);
        await db.SaveChangesAsync();
        return row;
    }
}
