using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

internal static class UserViewExtensions
{
    public static UserView ToView(this User user) => new()
    {
        Id = user.Id,
        Username = user.Username,
        Email = user.Email,
        Role = user.Role,
        CompanyId = user.CompanyId,
        Status = user.Status,
        CreatedAt = user.CreatedAt,
        MailFailedJobs = user.MailFailedJobs,
    };
}
