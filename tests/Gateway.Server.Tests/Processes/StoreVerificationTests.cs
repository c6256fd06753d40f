using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Tests.Processes;

/// <summary><c>gateway verify --store</c> as an operator runs it.</summary>
public sealed class StoreVerificationTests
{
    [Fact]
    public async Task A_sound_store_is_called_sound_while_its_node_runs_and_a_damaged_one_is_not()
    {
        await using var beta = await new RealNode(Providers.Beta).WithPeer(Providers.Alpha, port: 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();
        using (var alpha = await WireSender.WelcomedAsync(beta, Providers.Alpha))
        {
            Assert.NotNull((await alpha.AskAsync(alpha.Seal(Providers.Alpha))).Receipt);
        }

        var store = Path.Combine(beta.Data, "exchange.db");
        var running = GatewayProgram.Run("verify", "--store", store);
        Assert.True(running.ExitCode == 0, running.ToString());
        Assert.Contains("Everything that was checked holds.", running.Output, StringComparison.Ordinal);

        await beta.StopAsync();
        Tamper(store, "UPDATE inbound_channel SET last_sequence = 7");
        var tampered = GatewayProgram.Run("verify", "--store", store);
        Assert.Equal(1, tampered.ExitCode);
        Assert.Contains("DOES NOT HOLD inbound sequence: from alpha", tampered.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_not_there_is_no_sound_store()
    {
        using var folder = new TempFolder();

        var absent = GatewayProgram.Run("verify", "--store", folder["absent.db"]);
        var both = GatewayProgram.Run("verify", "receipt.p7", "--store", folder["absent.db"]);
        var neither = GatewayProgram.Run("verify");

        Assert.Equal(1, absent.ExitCode);
        Assert.All([both, neither], refused => Assert.Contains("name either a FILE or a --store", refused.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(folder["absent.db"]));
    }

    private static void Tamper(string path, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
