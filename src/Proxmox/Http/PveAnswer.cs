using System.Text.Json;

namespace MultiPanel.Proxmox.Http;

/// <summary>What an answer holds: its data, and for logs and task lists how much there is in all.</summary>
/// <param name="Data">Its <c>data</c>.</param>
/// <param name="Total">Of a list that was cut.</param>
/// <param name="Date">By the clock of the node that answered, to the second; null: it gave none.</param>
internal readonly record struct PveAnswer(JsonElement Data, int? Total, DateTimeOffset? Date);
