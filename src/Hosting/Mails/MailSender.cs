using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Mails;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Hosting.Mails;

/// <summary>
/// Sends the mails that are due. Every host has one; who moves a row's due time on first has the mail, and where that one
/// dies, it is due again a minute later. A row goes when its mail is taken, refused for good, or too old.
/// </summary>
public sealed class MailSender(
    PanelDatabase database, MailOutbox outbox, MailWriter writer, StoreSettings settings, TimeProvider clock, ILogger<MailSender> log) : BackgroundService
{
    private const int Portion = 50;

    /// <summary>For what other processes have added; and before the next try where the SMTP server or the database is away.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5), AwayPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMinutes(1), LongestRest = TimeSpan.FromMinutes(5);

    private bool isAway;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <returns>How many went out.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        var sent = 0;
        isAway = false;
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
                        // The next one would fare no better.
                        isAway = true;
                        return sent;
                }
            }
        }

        return sent;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Mail is not { } mail)
        {
            log.LogInformation("Mail is off: SMTP_HOST is not set, so nobody is welcomed, reminded of a password or told of a failed job");
            return;
        }

        log.LogInformation("Mail is on: from {From} by {Host}:{Port}", mail.From.Address, mail.Host, mail.Port);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                isAway = true;
                log.LogWarning("Mails could not be looked after: {Why}; tried again in {Pause}", failure.GetBaseException().Message, AwayPause);
            }

            await outbox.WaitAsync(isAway ? AwayPause : Pause, stoppingToken);
        }
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

    /// <returns>True: it went out. False: it is settled otherwise. Null: the server is away.</returns>
    private async Task<bool?> TrySendAsync(Mail mail, SmtpDelivery delivery, CancellationToken cancellation)
    {
        if (mail.GiveUpAt <= Now)
        {
            log.LogWarning("Mail {Mail} ({Kind}) to user {User} is given up: it could not be sent in its time", mail.Id, mail.Kind, mail.UserId);
            await RemoveAsync([mail.Id], cancellation);
            return false;
        }

        switch (await writer.WriteAsync(mail, settings.Mail!, cancellation))
        {
            case Draft.Nobodys nobodys:
                log.LogInformation("Mail {Mail} ({Kind}) is not sent: {Why}", mail.Id, mail.Kind, nobodys.Why);
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
            log.LogWarning("Mail {Mail} ({Kind}) to user {User} is given up: {Why}", mail.Id, mail.Kind, mail.UserId, refused.Message);
            await RemoveAsync(ready.Rows, cancellation);
            return false;
        }
        catch (Exception away) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("Mail {Mail} ({Kind}) waits: {Host}:{Port}: {Why}", mail.Id, mail.Kind, settings.Mail!.Host, settings.Mail.Port, away.Message);
            return null;
        }

        // Not to be interrupted: it would be sent once more.
        await RemoveAsync(ready.Rows, CancellationToken.None);
        log.LogInformation("Mail {Mail} ({Kind}) was sent to user {User}", mail.Id, mail.Kind, mail.UserId);
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
