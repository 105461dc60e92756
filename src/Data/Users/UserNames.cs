using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Users;

public static class UserNames
{
    /// <summary>The user that a user name or an e-mail address means. A user name goes before another user's address of the same text.</summary>
    public static Task<User?> FindNamedAsync(this IQueryable<User> users, string name, CancellationToken cancellation) => users
        .Where(user => user.Username == name || user.Email == name)
        .OrderByDescending(user => user.Username == name)
        .FirstOrDefaultAsync(cancellation);
}
