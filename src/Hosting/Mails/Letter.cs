namespace MultiPanel.Hosting.Mails;

/// <summary>A mail in words.</summary>
/// <param name="Name">The recipient's.</param>
/// <param name="Subject">One line; what is not text in it is made blank.</param>
/// <param name="Text">Plain text, lines ended by <c>\n</c>.</param>
public sealed record Letter(string Name, string Address, string Subject, string Text);
