namespace MultiPanel.Data.Mails;

public enum MailKind
{
    Welcome,
    PasswordReset,
    JobFailed,
}
