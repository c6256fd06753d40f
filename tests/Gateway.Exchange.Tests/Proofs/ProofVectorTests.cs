using System.Text.Json;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Proofs;

/// <summary>Proofs as files that another language can check, replayed against our own code. GATEWAY_WRITE_VECTORS=1 makes them anew.</summary>
public sealed class ProofVectorTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [Fact]
    public void Every_proof_of_the_files_has_the_outcome_it_names()
    {
        Write();
        var list = JsonSerializer.Deserialize<VectorList>(File.ReadAllText(PathOf("vectors.json")), Options)!;
        var anchors = TrustAnchors.LoadPem(PathOf("alpha-root.crt"));

        Assert.NotEmpty(list.Vectors);
        Assert.All(list.Vectors, vector => Assert.Equal(
            vector.Outcome,
            MappingProofFile.Read(File.ReadAllBytes(PathOf(vector.File))) is { } proof ? MappingProofCheck.Run(proof, [anchors], list.Now).Outcome.ToString() : "Malformed"));
    }

    private static IEnumerable<(string Name, MappingProofOutcome Outcome, MappingProof Proof)> Make()
    {
        var batch = new ProvedBatch(5);
        var one = batch.ProofOf(1);
        for (var i = 0; i < 5; i++)
        {
            yield return ($"mapping {i} of 5", MappingProofOutcome.Proved, batch.ProofOf(i));
        }

        yield return ("the only mapping of a message", MappingProofOutcome.Proved, new ProvedBatch(1).ProofOf(0));
        yield return ("another place", MappingProofOutcome.NotIncluded, one with { Index = 2 });
        yield return ("another mapping", MappingProofOutcome.NotIncluded, one with { Mapping = batch.Items[2] });
        yield return ("the path of another mapping", MappingProofOutcome.NotIncluded, one with { Path = batch.ProofOf(2).Path });
        yield return ("the path of another message", MappingProofOutcome.NotIncluded, one with { Path = new ProvedBatch(5).ProofOf(1).Path });
        yield return ("a cut path", MappingProofOutcome.NotIncluded, one with { Path = one.Path[..^MerkleTree.HashBytes] });
        yield return ("a path that goes on", MappingProofOutcome.NotIncluded, one with { Path = (byte[])[.. one.Path.Span, .. new byte[MerkleTree.HashBytes]] });
        yield return ("an inner node as a mapping", MappingProofOutcome.NotIncluded, batch.ProofOf(0) with { Mapping = batch.LeafHashes.AsMemory(..64), Path = batch.ProofOf(0).Path[32..] });
        yield return ("another number of mappings", MappingProofOutcome.OtherCount, one with { Count = 6 });
        yield return ("the signature of another message", MappingProofOutcome.NotSigned, one with { Signed = one.Signed with { Signature = new ProvedBatch(5).ProofOf(1).Signed.Signature } });
        yield return ("a signer nobody vouches for", MappingProofOutcome.NotSigned, new ProvedBatch(2, mapping => mapping.Issuer = "gamma", Providers.Gamma).ProofOf(0));
        yield return ("a mapping of another purpose than its message", MappingProofOutcome.NotOfMessage, new ProvedBatch(2, mapping => mapping.Purpose = "another").ProofOf(0));
        yield return ("attributes that are no set", MappingProofOutcome.Malformed, one with { Signed = one.Signed with { Attributes = new byte[] { 0x30, 0 } } });
    }

    private static void Write()
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_VECTORS") != "1")
        {
            return;
        }

        Directory.CreateDirectory(PathOf(""));
        File.WriteAllText(PathOf("alpha-root.crt"), Providers.Alpha.Pki.Root.ExportCertificatePem() + "\n");
        var listed = new List<ListedProof>();
        foreach (var (name, outcome, proof) in Make())
        {
            var file = $"proof-{listed.Count + 1:D2}.json";
            File.WriteAllBytes(PathOf(file), MappingProofFile.Write(proof));
            listed.Add(new ListedProof(file, name, outcome.ToString()));
        }

        File.WriteAllText(PathOf("vectors.json"), JsonSerializer.Serialize(new VectorList(Providers.Now, listed), Options) + "\n");
    }

    private static string PathOf(string file) => Repository.PathOf("tests", "Vectors", "Proofs", file);

    private sealed record ListedProof(string File, string Name, string Outcome);

    private sealed record VectorList(DateTimeOffset Now, IReadOnlyList<ListedProof> Vectors);
}
