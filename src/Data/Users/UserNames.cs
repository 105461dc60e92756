using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Users;

public static class UserNames
{
    /// <summary>Whom somebody means by a user name or an e-mail address. A user name goes before somebody else's address of the same text.</summary>
    public static Task<User?> FindNamedAsync(this IQueryable<User> users, string name, CancellationToken cancellation) => users
        .Where(user => user.Username == name || user.Email == name)
        .OrderByDescending(user => user.Username == name)
        .FirstOrDefaultAsync(cancellation);
}
