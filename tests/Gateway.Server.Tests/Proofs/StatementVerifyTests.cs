using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Ledgers;
using Gateway.Sealing.Signatures;
using Gateway.Server.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Server.Tests.Proofs;

/// <summary>What a peer signed about a channel leaves the node, and holds without it.</summary>
public sealed class StatementVerifyTests(EvidencePair pair) : IClassFixture<EvidencePair>
{
    [Fact]
    public async Task A_contradiction_is_exported_and_holds_with_the_message_that_was_kept()
    {
        var kept = SignedDataVerifier.VerifyDetached(
            File.ReadAllBytes(pair.Folder["message.p7"]), ContentTypes.MappingBatch, Providers.Alpha.Signers).Message!.MessageHash;
        await pair.KeepAsync(StatementKind.Contradiction, 1, said => said.Contradiction = new Contradiction
        {
            Sequence = 1,
            KeptMessageHash = ByteString.CopyFrom(kept.Span),
            RefusedMessageHash = ByteString.CopyFrom(new byte[32]),
        });

        var (exit, output) = Export("contradiction");
        Assert.True(exit == 0, output);
        Assert.Contains("CONTRADICTION: message 1 came with two contents, signed by beta", output, StringComparison.Ordinal);

        var file = Directory.GetFiles(pair.Folder["contradiction"]).Single(path => output.Contains($"{Path.GetFileName(path)}  ", StringComparison.Ordinal) && IsContradiction(output, path));
        (exit, output) = Verify(file, "--message", pair.Folder["message.p7"]);

        Assert.True(exit == 0, output);
        Assert.Contains("the message is the one that was kept", output, StringComparison.Ordinal);
        Assert.Contains("signed by xvide://alpha/", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_and_an_end_are_told_in_words()
    {
        var ledger = EvidencePair.Sign(Providers.Beta.Signing, said => said.Ledger = new LedgerState
        {
            Marks = { new LedgerMark { Position = 7, Digest = ByteString.CopyFrom(new byte[32]) }, new LedgerMark { Position = 9 } },
        });
        var end = EvidencePair.Sign(Providers.Beta.Signing, said => said.End = new ChannelEnd { LastSequence = 4, LastMessageHash = ByteString.CopyFrom(new byte[32]) });

        Assert.Contains("its ledger does not go as far as message 9", Holds(ledger), StringComparison.Ordinal);
        Assert.Contains("the channel ends; the last message is 4", Holds(end), StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_about_a_channel_of_others_does_not_hold() =>
        DoesNotHold(
            EvidencePair.Sign(Providers.Beta.Signing, said => (said.Sender, said.Recipient, said.End) = ("alpha", "gamma", new ChannelEnd())), "no statement of its signer");

    [Fact]
    public void A_statement_in_the_name_of_another_does_not_hold() =>
        DoesNotHold(EvidencePair.Sign(Providers.Beta.Signing, said => (said.Issuer, said.End) = (Providers.Alpha.Uri.ToString(), new ChannelEnd())), "no statement of its signer");

    [Fact]
    public void A_statement_of_somebody_nobody_believes_does_not_hold() =>
        DoesNotHold(EvidencePair.Sign(Providers.Gamma.Signing, said => said.End = new ChannelEnd()), "the statement's signature does not hold");

    [Fact]
    public void A_statement_that_states_nothing_does_not_hold() => DoesNotHold(EvidencePair.Sign(Providers.Beta.Signing, _ => { }), "states nothing");

    [Fact]
    public void A_message_beside_another_statement_than_a_contradiction_is_refused() => DoesNotHold(
        EvidencePair.Sign(Providers.Beta.Signing, said => said.End = new ChannelEnd()), "--message goes with a contradiction", "--message", pair.Folder["message.p7"]);

    [Fact]
    public void Another_message_than_the_two_is_told_from_them() => DoesNotHold(
        EvidencePair.Sign(Providers.Beta.Signing, said => said.Contradiction = new Contradiction { Sequence = 1, KeptMessageHash = ByteString.CopyFrom(new byte[32]), RefusedMessageHash = ByteString.CopyFrom(new byte[32]) }),
        "the message is one of the two",
        "--message",
        pair.Folder["message.p7"]);

    [Fact]
    public void A_folder_with_something_in_it_is_not_written_to()
    {
        Directory.CreateDirectory(pair.Folder["used"]);
        File.WriteAllText(Path.Combine(pair.Folder["used"], "mine"), "");

        var (exit, output) = Export("used");

        Assert.Equal(2, exit);
        Assert.Contains("is not empty", output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(pair.Folder["used"]));
    }

    [Fact]
    public void Statements_of_an_agreement_that_has_none_are_said_to_be_none()
    {
        var (exit, output) = Export("none", "--agreement", "no-such-agreement");

        Assert.Equal(1, exit);
        Assert.Contains("there are no statements", output, StringComparison.Ordinal);
    }

    private static bool IsContradiction(string output, string path) =>
        output.Split('\n').Any(line => line.StartsWith(Path.GetFileName(path), StringComparison.Ordinal) && line.Contains("CONTRADICTION", StringComparison.Ordinal));

    private (int Exit, string Output) Export(string folder, params string[] more) =>
        EvidencePair.Run(["evidence", "statements", "--config", pair.Folder["beta.json"], "--out", pair.Folder[folder], .. more]);

    private (int Exit, string Output) Verify(string file, params string[] more) =>
        EvidencePair.Run(["verify", file, "--anchors", pair.Folder["alpha-root.crt"], "--anchors", pair.Folder["beta-root.crt"], .. more]);

    private string Holds(byte[] statement)
    {
        pair.Folder.Write("statement.p7", statement);
        var (exit, output) = Verify(pair.Folder["statement.p7"]);
        Assert.True(exit == 0, output);
        return output;
    }

    private void DoesNotHold(byte[] statement, string why, params string[] more)
    {
        pair.Folder.Write("statement.p7", statement);
        var (exit, output) = Verify(pair.Folder["statement.p7"], more);
        Assert.Equal(1, exit);
        Assert.Contains(output.Split('\n'), line => line.StartsWith("DOES NOT HOLD", StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal));
    }
}
