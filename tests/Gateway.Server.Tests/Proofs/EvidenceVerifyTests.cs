using Gateway.Exchange.Evidence;
using Gateway.Sealing.Keys;
using Gateway.Server.Tests.Nodes;

namespace Gateway.Server.Tests.Proofs;

/// <summary>What <c>gateway verify</c> says of evidence that somebody tampered with.</summary>
public sealed class EvidenceVerifyTests(EvidencePair pair) : IClassFixture<EvidencePair>
{
    [Fact]
    public void Whole_evidence_holds_and_names_what_is_in_it()
    {
        var (exit, output) = Verify(Export());

        Assert.True(exit == 0, output);
        Assert.Contains("none missing and none more", output, StringComparison.Ordinal);
        Assert.Contains("RelayAcceptance", output, StringComparison.Ordinal);
        Assert.Contains("AgreementActivated", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_of_others_are_left_out_and_the_chain_still_holds()
    {
        var lines = Export("--agreement", Some.AgreementId);

        var (exit, output) = Verify(lines);

        Assert.True(exit == 0, output);
        Assert.Contains(lines, line => line.StartsWith("omitted ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("stranger", StringComparison.Ordinal));
        Assert.Contains("events are left out", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stretch_by_time_holds_by_itself()
    {
        var all = Export();
        var second = EvidenceLine.Read(all[2])!.Value.Event.At;

        var (exit, output) = Verify(Export("--from", second.ToString("O")));

        Assert.True(exit == 0, output);
    }

    [Fact]
    public void A_time_in_which_nothing_happened_is_said_to_be_that_and_leaves_no_file()
    {
        var (exit, output) = EvidencePair.Run("evidence", "export", "--config", pair.Folder["beta.json"], "--out", pair.Folder["nothing.txt"], "--from", "2100-01-01");

        Assert.Equal(1, exit);
        Assert.Contains("there is no evidence of that time", output, StringComparison.Ordinal);
        Assert.False(File.Exists(pair.Folder["nothing.txt"]));
    }

    [Fact]
    public void A_node_that_does_not_run_is_said_not_to_answer()
    {
        File.WriteAllText(pair.Folder["down.json"], File.ReadAllText(pair.Folder["beta.json"]).Replace("admin.sock", "none.sock", StringComparison.Ordinal));

        var (exit, output) = EvidencePair.Run("evidence", "export", "--config", pair.Folder["down.json"], "--out", pair.Folder["nothing.txt"]);

        Assert.Equal(2, exit);
        Assert.Contains("no node answers", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_is_made_only_of_what_is_there()
    {
        var unknown = new string('0', 32);

        var (exit, output) = EvidencePair.Run(
            "evidence", "mapping", "--config", pair.Folder["beta.json"], "--agreement", Some.AgreementId, "--mapping", unknown, "--out", pair.Folder["none.json"]);

        Assert.Equal(1, exit);
        Assert.Contains("MAPPING_NOT_FOUND", output, StringComparison.Ordinal);
        Assert.False(File.Exists(pair.Folder["none.json"]));
    }

    [Fact]
    public void An_altered_event_breaks_the_chain() =>
        DoesNotHold("no event was altered", lines =>
        {
            var relay = lines.FindIndex(line => line.Contains("RelayAcceptance", StringComparison.Ordinal));
            lines[relay] = lines[relay].Replace(" alpha beta ", " beta alpha ", StringComparison.Ordinal);
        });

    [Fact]
    public void A_dropped_event_leaves_a_gap() => DoesNotHold("follows", lines => lines.RemoveAt(3));

    [Fact]
    public void Events_that_changed_places_are_seen() => DoesNotHold("follows", lines => (lines[2], lines[3]) = (lines[3], lines[2]));

    [Fact]
    public void An_event_that_was_left_out_afterwards_with_a_digest_of_something_else_is_seen() =>
        DoesNotHold("no event was altered", lines => lines[2] = EvidenceLine.WriteOmitted(2, new byte[32]));

    [Fact]
    public void A_cut_beginning_or_end_is_seen()
    {
        DoesNotHold("none missing", lines => lines.RemoveAt(1));
        DoesNotHold("none missing", lines => lines.RemoveAt(lines.FindIndex(line => line == EvidenceFile.PemBegin) - 1));
    }

    [Fact]
    public void A_line_that_is_no_event_is_named() => DoesNotHold("is no event", lines => lines.Insert(2, "event of mine"));

    [Fact]
    public void A_missing_or_followed_checkpoint_is_seen()
    {
        DoesNotHold("checkpoint at the end is missing", lines => lines.RemoveRange(lines.IndexOf(EvidenceFile.PemBegin), lines.Count - lines.IndexOf(EvidenceFile.PemBegin)));
        DoesNotHold("checkpoint at the end is missing", lines => lines.Add("more"));
    }

    [Fact]
    public void The_checkpoint_of_somebody_else_does_not_hold()
    {
        var lines = Export();
        Resign(lines, Providers.Gamma.Signing, own => own);

        var (exit, output) = Verify(lines);

        Assert.Equal(1, exit);
        Assert.Contains("the checkpoint's signature does not hold", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_speaks_for_another_gateway_does_not_hold()
    {
        var lines = Export();
        Resign(lines, Providers.Beta.Signing, own => own with { Gateway = Providers.Alpha.Uri });

        var (exit, output) = Verify(lines);

        Assert.Equal(1, exit);
        Assert.Contains("no checkpoint of its signer", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_the_evidence_does_not_speak_of_is_said_so()
    {
        var other = Export();
        other.RemoveAll(line => line.Contains("RelayAcceptance", StringComparison.Ordinal));

        var (exit, output) = Verify(other, "--message", pair.Folder["message.p7"]);

        Assert.Equal(1, exit);
        Assert.Contains("DOES NOT HOLD the message is spoken of", output, StringComparison.Ordinal);
    }

    private List<string> Export(params string[] more)
    {
        var (exit, output) = EvidencePair.Run(["evidence", "export", "--config", pair.Folder["beta.json"], "--out", pair.Folder["exported.txt"], .. more]);
        Assert.True(exit == 0, output);
        return [.. File.ReadAllLines(pair.Folder["exported.txt"])];
    }

    private (int Exit, string Output) Verify(List<string> lines, params string[] more)
    {
        File.WriteAllText(pair.Folder["tampered.txt"], string.Join('\n', lines) + "\n");
        return EvidencePair.Run(["verify", pair.Folder["tampered.txt"], "--anchors", pair.Folder["alpha-root.crt"], "--anchors", pair.Folder["beta-root.crt"], .. more]);
    }

    private void DoesNotHold(string why, Action<List<string>> tamper)
    {
        var lines = Export();
        tamper(lines);

        var (exit, output) = Verify(lines);

        Assert.Equal(1, exit);
        Assert.Contains(output.Split('\n'), line => line.StartsWith("DOES NOT HOLD", StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal));
    }

    private static void Resign(List<string> lines, SigningKey key, Func<EvidenceCheckpoint, EvidenceCheckpoint> change)
    {
        var begin = lines.IndexOf(EvidenceFile.PemBegin);
        var signed = Convert.FromBase64String(string.Concat(lines[(begin + 1)..^1]));
        var start = signed.AsSpan().IndexOf("gateway evidence checkpoint v1"u8);
        var checkpoint = Enumerable.Range(1, 400).Select(length => EvidenceCheckpoint.Read(signed.AsSpan(start, length))).First(read => read is not null)!;
        lines.RemoveRange(begin, lines.Count - begin);
        using var end = new StringWriter();
        EvidenceFile.WriteAsync(end, new EvidencePart(null, null, change(checkpoint).Sign(key))).GetAwaiter().GetResult();
        lines.AddRange(end.ToString().TrimEnd().Split('\n'));
    }
}
