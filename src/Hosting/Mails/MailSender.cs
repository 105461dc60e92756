using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Mails;
using MultiPanel.Hosting.Settings;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Hosting.Mails;

/// <summary>
/// Sends the mails that are due. Every host has one; the host that moves a row's due time first sends the mail, and if that
/// host dies, the mail is due again a minute later. A row is deleted when its mail was sent, was refused for good, or is too old.
/// </summary>
public sealed class MailSender(
    PanelDatabase database, MailOutbox outbox, MailWriter writer, StoreSettings settings, TimeProvider clock, ILogger<MailSender> log)
    : RepeatingService(log, clock, UnreachablePause)
{
    private const int Portion = 50;

    /// <summary>Finds mails that other processes have added; and the wait before the next try where the SMTP server or the database is unreachable.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5), UnreachablePause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMinutes(1), LongestRest = TimeSpan.FromMinutes(5);

    private bool isUnreachable;

    private readonly FailureLog failures = new(log, clock);

    private DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <returns>How many were sent.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        var sent = 0;
        isUnreachable = false;
        await using var delivery = new SmtpDelivery(settings.Mail!);
        while (await DueAsync(cancellation) is { Count: > 0 } due)
        {
            foreach (var mail in due)
            {
                if (!await ClaimAsync(mail, cancellation))
                {
                    continue;
                }

                switch (await TrySendAsync(mail, delivery, cancellation))
                {
                    case true:
                        sent++;
                        break;
                    case null:
                        // The next one would fail too.
                        isUnreachable = true;
                        return sent;
                }
            }
        }

        return sent;
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping)
    {
        if (settings.Mail is not { } mail)
        {
            Log.LogInformation("Mail is off because SMTP_HOST is not set: the panel sends no welcome, no password link and no notice of a failed job");
            return Task.CompletedTask;
        }

        Log.LogInformation("Mail is on: from {From} by {Host}:{Port}", mail.From.Address, mail.Host, mail.Port);
        return loop.RunAsync(
            async token =>
            {
                await SendDueAsync(token);
                await outbox.WaitAsync(isUnreachable ? UnreachablePause : Pause, token);
            },
            stopping);
    }

    private async Task<List<Mail>> DueAsync(CancellationToken cancellation)
    {
        var now = Now;
        await using var db = database.OpenAll();
        return await db.Mails.AsNoTracking().Where(mail => mail.DueAt <= now).OrderBy(mail => mail.DueAt).ThenBy(mail => mail.Id)
            .Take(Portion).ToListAsync(cancellation);
    }

    private async Task<bool> ClaimAsync(Mail mail, CancellationToken cancellation)
    {
        var rest = ShortestRest * Math.Pow(2, Math.Min(mail.Attempts, 10));
        var next = Now + (rest < LongestRest ? rest : LongestRest);
        await using var db = database.OpenAll();
        return await db.Mails.Where(row => row.Id == mail.Id && row.Attempts == mail.Attempts && row.DueAt == mail.DueAt)
            .ExecuteUpdateAsync(row => row.SetProperty(m => m.DueAt, next).SetProperty(m => m.Attempts, m => m.Attempts + 1), cancellation) == 1;
    }

    /// <returns>True: it was sent. False: it is settled otherwise. Null: the server is unreachable.</returns>
    private async Task<bool?> TrySendAsync(Mail mail, SmtpDelivery delivery, CancellationToken cancellation)
    {
        if (mail.GiveUpAt <= Now)
        {
            Log.LogWarning("Gave up mail {Mail} ({Kind}) to user {User}: it could not be sent in time", mail.Id, mail.Kind, mail.UserId);
            await RemoveAsync([mail.Id], cancellation);
            return false;
        }

        switch (await writer.WriteAsync(mail, settings.Mail!, cancellation))
        {
            case Draft.Nobodys nobodys:
                Log.LogInformation("Did not send mail {Mail} ({Kind}): {Reason}", mail.Id, mail.Kind, nobodys.Why);
                await RemoveAsync([mail.Id], cancellation);
                return false;
            case Draft.Later later:
                await PostponeAsync(later, cancellation);
                return false;
            case Draft.Ready ready:
                return await DeliverAsync(mail, ready, delivery, cancellation);
            case var other:
                throw new InvalidOperationException($"A mail cannot be {other.GetType().Name}.");
        }
    }

    private async Task<bool?> DeliverAsync(Mail mail, Draft.Ready ready, SmtpDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            await delivery.SendAsync(ready.Letter, cancellation);
        }
        catch (MailRefusedException refused)
        {
            Log.LogWarning("Gave up mail {Mail} ({Kind}) to user {User}: {Reason}", mail.Id, mail.Kind, mail.UserId, refused.Message);
            await RemoveAsync(ready.Rows, cancellation);
            return false;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            failures.Write(failure, $"Could not send mail {mail.Id} ({mail.Kind}) by {settings.Mail!.Host}:{settings.Mail.Port}; retrying later");
            return null;
        }

        // Must not be interrupted: the mail would be sent a second time.
        await RemoveAsync(ready.Rows, CancellationToken.None);
        Log.LogInformation("Sent mail {Mail} ({Kind}) to user {User}", mail.Id, mail.Kind, mail.UserId);
        return true;
    }

    private async Task PostponeAsync(Draft.Later later, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        await db.Mails.Where(mail => later.Rows.Contains(mail.Id)).ExecuteUpdateAsync(mail => mail.SetProperty(m => m.DueAt, later.At), cancellation);
    }

    private async Task RemoveAsync(IReadOnlyList<long> mails, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        await db.Mails.Where(mail => mails.Contains(mail.Id)).ExecuteDeleteAsync(cancellation);
    }
}
