using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Tests;

public sealed class DatabaseFailuresTests
{
    [TestCase("MySqlConnector", true)]
    [TestCase("System.Private.CoreLib", false)]
    public void A_connection_that_breaks_in_the_middle_of_an_answer_is_the_databases_failure(string source, bool expected)
    {
        var broken = new DbUpdateException("An error occurred while saving.", new EndOfStreamException("An incomplete response was received.") { Source = source });

        Assert.That((DatabaseFailures.IsAway(broken), DatabaseFailures.IsDatabase(broken)), Is.EqualTo((expected, expected)));
    }
}
