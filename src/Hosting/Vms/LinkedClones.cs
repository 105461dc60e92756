using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Vms;

namespace MultiPanel.Hosting.Vms;

/// <summary>Says which linked clones keep a template: when a command is accepted, and where Proxmox refuses it in the job.</summary>
public static class LinkedClones
{
    private const int MostNamed = 10;

    /// <param name="template">The template's name.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="shown">Those of them that who asks may see.</param>
    /// <param name="cancellation">Stops the look at the database.</param>
    public static async Task<string> ExplainAsync(string template, int count, IQueryable<Vm> shown, CancellationToken cancellation)
    {
        var names = await shown.OrderBy(clone => clone.Id).Select(clone => clone.Name).Take(MostNamed).ToListAsync(cancellation);
        var more = count - names.Count;
        var which = names.Count == 0 ? "" : $": {string.Join(", ", names)}{(more > 0 ? $" and {more} more" : "")}";
        return $"{count} linked clone{(count == 1 ? " stands" : "s stand")} on the disk of '{template}'{which}. Delete them first, or keep the template.";
    }
}
