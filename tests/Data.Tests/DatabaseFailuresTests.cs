using System.Net.Sockets;
using System.Reflection;
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

    /// <summary>A private constructor, as for every answer of the server.</summary>
    [TestCase(MySqlConnector.MySqlErrorCode.DiskFull, true)]
    [TestCase(MySqlConnector.MySqlErrorCode.RecordFileFull, true)]
    [TestCase(MySqlConnector.MySqlErrorCode.ErrorOnWrite, true)]
    [TestCase(MySqlConnector.MySqlErrorCode.DuplicateKeyEntry, false)]
    public void A_disk_that_is_full_is_the_databases_failure(MySqlConnector.MySqlErrorCode code, bool expected)
    {
        var failure = new DbUpdateException("An error occurred while saving.", (Exception)Activator.CreateInstance(
            typeof(MySqlConnector.MySqlException), BindingFlags.NonPublic | BindingFlags.Instance, null, [code, "full"], null)!);

        Assert.That((DatabaseFailures.IsFull(failure), DatabaseFailures.IsUnreachable(failure)), Is.EqualTo((expected, expected)));
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
