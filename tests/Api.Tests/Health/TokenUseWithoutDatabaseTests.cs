using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Tokens;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Health;

/// <summary>A MySQL port without a server: what EF throws then is no <see cref="System.Data.Common.DbException"/>.</summary>
public sealed class TokenUseWithoutDatabaseTests
{
    [Test]
    public void A_token_is_good_though_its_use_cannot_be_noted()
    {
        Assert.That(DatabaseUrl.TryParse($"mysql://panel:secret@127.0.0.1:{FreePort.Next()}/panel", out var url, out var problem), Is.True, problem);
        var clock = new ManualClock();
        var token = new ApiToken { Name = "script", Prefix = "mp_", Hash = "", Scope = TokenScope.Read, CreatedAt = clock.GetUtcNow().UtcDateTime };

        Assert.DoesNotThrowAsync(() => new TokenUse(new PanelDatabase(url!), clock, NullLogger<TokenUse>.Instance).NoteAsync(token, default));
    }
}
