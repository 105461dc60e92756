namespace MultiPanel.Hosting.Mails;

/// <summary>This mail will never be taken, however often it is tried; others may.</summary>
public sealed class MailRefusedException(string why, Exception? cause = null) : Exception(why, cause);
