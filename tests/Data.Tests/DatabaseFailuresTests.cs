using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Tests;

public sealed class DatabaseFailuresTests
{
    [Test]
    public async Task So_is_one_that_broke_a_moment_before()
    {
        await using var broken = new MySqlConnector.MySqlConnection("Server=127.0.0.1");

        Assert.That(() => broken.ServerThread, Throws.Exception.Matches<Exception>(DatabaseFailures.IsUnreachable));
    }

    [TestCase("MySqlConnector.Core.ServerSession.ReceiveReplyAsync", true)]
    [TestCase("Microsoft.AspNetCore.Http.HttpRequest.ReadAsync", false)]
    public void A_connection_that_breaks_in_the_middle_of_an_answer_is_the_databases_failure(string where, bool expected)
    {
        foreach (var broken in new Exception[] { new EndOfStreamException(), new SocketException((int)SocketError.ConnectionReset) })
        {
            ExceptionDispatchInfo.SetRemoteStackTrace(broken, $"   at {where}(IOBehavior ioBehavior)");
            var failure = new DbUpdateException("An error occurred while saving.", broken);

            Assert.That((DatabaseFailures.IsUnreachable(failure), DatabaseFailures.IsDatabase(failure)), Is.EqualTo((expected, expected)));
        }
    }
}
