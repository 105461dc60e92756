using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Users;

/// <param name="caseless">The collation under which <c>Anna</c> and <c>anna</c> are one.</param>
internal sealed class UserConfiguration(string caseless) : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.HasIndex(user => user.Username).IsUnique();
        builder.HasIndex(user => user.Email).IsUnique();
        builder.HasIndex(user => user.PasswordLinkHash).IsUnique();
        builder.Property(user => user.Username).UseCollation(caseless);
        builder.Property(user => user.Email).UseCollation(caseless);
        builder.Property(user => user.PasswordLinkHash).HasMaxLength(64);
        builder.Property(user => user.MailFailedJobs).HasDefaultValue(true).HasSentinel(true);
    }
}
