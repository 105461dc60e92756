using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Makes sure that an empty panel has a user who can sign in.</summary>
internal sealed class FirstAdmin(ApiSettings settings, Passwords passwords, TimeProvider clock)
{
    private const string Username = "admin";

    public async Task EnsureAsync(PanelDb db, CancellationToken cancellation)
    {
        if (await db.Users.AnyAsync(cancellation))
        {
            return;
        }

        var password = settings.AdminPassword ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
        db.Users.Add(new User
        {
            Username = Username,
            Email = "admin@localhost",
            PasswordHash = passwords.Hash(password),
            Role = Role.SuperAdmin,
            Status = UserStatus.Active,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            // Another host was as quick; its password counts.
            return;
        }

        if (settings.AdminPassword is null)
        {
            Console.WriteLine($"The first sign-in is '{Username}' with the password '{password}'. It is shown this once.");
        }
    }
}
