namespace MultiPanel.Sagas.Scheduling;

/// <summary>What a dispatcher took.</summary>
/// <param name="Messages">Token and message JSON, the longest due first; no JSON if the text is gone.</param>
/// <param name="Claim">End of the visibility timeout in ms since 1970: the proof for acknowledging.</param>
/// <param name="Next">When something is due next; null if nothing is scheduled.</param>
internal sealed record TakenMessages(IReadOnlyList<(Guid Token, string? Json)> Messages, long Claim, DateTimeOffset? Next);
