using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Api.Audit;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Api.Tokens;
using MultiPanel.Contracts.Tokens;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Health;

/// <summary>A MySQL that nobody answers for: what EF says then is no <see cref="System.Data.Common.DbException"/>.</summary>
public sealed class PurgeAwayTests
{
    private readonly ManualClock clock = new();
    private PanelDatabase away = null!;

    [SetUp]
    public void Lose()
    {
        Assert.That(DatabaseUrl.TryParse($"mysql://panel:secret@127.0.0.1:{FreePort.Next()}/panel", out var url, out var problem), Is.True, problem);
        away = new PanelDatabase(url!);
    }

    [Test]
    public void The_purge_of_sign_ins_outlives_it()
    {
        using var purge = new SessionPurge(away, clock, NullLogger<SessionPurge>.Instance);

        Assert.ThrowsAsync<InvalidOperationException>(() => purge.PurgeAsync(default));
        Assert.DoesNotThrowAsync(() => purge.TryPurgeAsync(default));
    }

    [Test]
    public void The_purge_of_the_audit_log_outlives_it()
    {
        using var purge = new AuditPurge(
            away, new ApiSettings { JwtSecret = Jwt.Secret, RefreshSecret = Jwt.Secret }, clock, NullLogger<AuditPurge>.Instance);

        Assert.ThrowsAsync<InvalidOperationException>(() => purge.PurgeAsync(default));
        Assert.DoesNotThrowAsync(() => purge.TryPurgeAsync(default));
    }

    [Test]
    public void A_token_is_good_though_its_use_cannot_be_noted()
    {
        var token = new ApiToken { Name = "script", Prefix = "mp_", Hash = "", Scope = TokenScope.Read, CreatedAt = clock.GetUtcNow().UtcDateTime };

        Assert.DoesNotThrowAsync(() => new TokenUse(away, clock, NullLogger<TokenUse>.Instance).NoteAsync(token, default));
    }
}
