using MultiPanel.Contracts.Auth;

namespace MultiPanel.Standalone;

/// <summary>What the standalone says when it is ready.</summary>
internal static class Banner
{
    public static void Print(IEnumerable<string> urls, Demo? demo)
    {
        var url = urls.First();
        Console.WriteLine();
        Console.WriteLine($"MultiPanel is ready:  {url}");
        Console.WriteLine($"API reference:        {url}/api/docs");
        if (demo is not null)
        {
            Console.WriteLine($"Simulated clusters:   {string.Join(", ", demo.Clusters.Select(cluster => $"{cluster.Name} ({string.Join(' ', cluster.Nodes)})"))}");
            Console.WriteLine("Demo sign-in:");
            foreach (var (username, password, role, company) in Demo.Users)
            {
                Console.WriteLine($"  {username,-16} {password,-12} {Word(role)}{(company is null ? "" : $" of {company}")}");
            }
        }

        Console.WriteLine();
    }

    private static string Word(Role role) => role switch
    {
        Role.SuperAdmin => "super admin",
        Role.CompanyAdmin => "company admin",
        _ => role.ToString().ToLowerInvariant(),
    };
}
