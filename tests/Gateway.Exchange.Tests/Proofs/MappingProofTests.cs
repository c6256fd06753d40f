using System.Globalization;
using System.Text;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Proofs;

/// <summary>One mapping's proof in the hands of a third party that has nothing but the proof and Alpha's root certificate.</summary>
public sealed class MappingProofTests
{
    private static readonly ProvedBatch Batch = new(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(256)]
    public void Every_mapping_of_a_message_has_a_proof_that_holds_and_comes_back_from_its_file(int count)
    {
        var batch = new ProvedBatch(count);

        for (var i = 0; i < count; i++)
        {
            var proof = MappingProofFile.Read(MappingProofFile.Write(batch.ProofOf(i)));
            Assert.NotNull(proof);
            var result = MappingProofCheck.Run(proof, [Providers.Alpha.Anchors], Providers.Now);
            Assert.Equal(MappingProofOutcome.Proved, result.Outcome);
            Assert.Equal(batch.Mappings[i], result.Mapping);
        }
    }

    [Fact]
    public void A_proof_of_one_does_not_prove_another_place() =>
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Index = 2 });

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void A_place_outside_the_message_is_refused(int index) =>
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Index = index });

    [Fact]
    public void A_mapping_with_one_bit_changed_is_refused()
    {
        var leaf = Batch.Items[1].ToArray();
        leaf[^1] ^= 1;

        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Mapping = leaf });
    }

    [Fact]
    public void The_path_of_another_mapping_or_message_is_refused()
    {
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Path = Batch.ProofOf(2).Path });
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Path = new ProvedBatch(5).ProofOf(1).Path });
    }

    [Fact]
    public void A_path_that_is_cut_or_goes_on_is_refused()
    {
        var path = Batch.ProofOf(1).Path;

        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Path = path[..^MerkleTree.HashBytes] });
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Path = path[..^1] });
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Path = new byte[path.Length + MerkleTree.HashBytes] });
    }

    [Fact]
    public void An_inner_node_presented_as_a_mapping_is_refused()
    {
        // Without the prefixes of RFC 9162 the two leaf hashes below a node would be an item of a smaller tree.
        var node = Batch.LeafHashes.AsMemory(0, 2 * MerkleTree.HashBytes);

        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(0) with { Mapping = node, Path = Batch.ProofOf(0).Path[MerkleTree.HashBytes..] });
    }

    [Fact]
    public void The_signature_of_another_message_is_refused() =>
        Refused(MappingProofOutcome.NotIncluded, Batch.ProofOf(1) with { Signed = new ProvedBatch(5).ProofOf(1).Signed });

    [Fact]
    public void Another_number_of_mappings_than_signed_is_refused() =>
        Refused(MappingProofOutcome.OtherCount, Batch.ProofOf(1) with { Count = 6 });

    [Fact]
    public void Every_byte_of_the_signed_attributes_and_of_the_signature_is_needed()
    {
        var proof = Batch.ProofOf(1);
        foreach (var part in (ReadOnlyMemory<byte>[])[proof.Signed.Attributes, proof.Signed.Signature])
        {
            for (var i = 0; i < part.Length; i += 7)
            {
                var changed = part.ToArray();
                changed[i] ^= 0x10;
                var signed = part.Equals(proof.Signed.Attributes) ? proof.Signed with { Attributes = changed } : proof.Signed with { Signature = changed };
                Assert.NotEqual(MappingProofOutcome.Proved, Check(proof with { Signed = signed }).Outcome);
            }
        }
    }

    [Fact]
    public void A_signer_whose_root_is_not_believed_is_refused()
    {
        var result = MappingProofCheck.Run(Batch.ProofOf(1), [Providers.Beta.Anchors], Providers.Now);

        Assert.Equal(MappingProofOutcome.NotSigned, result.Outcome);
        Assert.Equal(VerifyOutcome.UnknownSigner, result.Verify);
        Assert.NotEqual(CertificateOutcome.Trusted, result.Certificate);
    }

    [Fact]
    public void A_certificate_put_beside_the_signature_is_refused()
    {
        var signed = Batch.ProofOf(1).Signed;
        var foreign = signed with { Certificates = [.. signed.Certificates, Providers.Beta.Pki["signing"].Certificate.RawData] };

        var result = Check(Batch.ProofOf(1) with { Signed = foreign });

        Assert.Equal((MappingProofOutcome.NotSigned, VerifyOutcome.ForeignCertificate), (result.Outcome, result.Verify));
    }

    [Theory]
    [InlineData("agreement")]
    [InlineData("purpose")]
    [InlineData("recipient")]
    public void A_mapping_that_contradicts_its_message_proves_nothing(string what)
    {
        var batch = new ProvedBatch(2, mapping => _ = what switch
        {
            "agreement" => mapping.AgreementId = "another",
            "purpose" => mapping.Purpose = "another",
            _ => mapping.Recipient = "gamma",
        });

        Refused(MappingProofOutcome.NotOfMessage, batch.ProofOf(0));
    }

    [Fact]
    public void What_is_no_mapping_proves_nothing()
    {
        var batch = new ProvedBatch(2, mapping => mapping.MergeFrom([0xFA, 0x3F, 0x01, 0x00])); // field 1023, which nobody agreed on

        Refused(MappingProofOutcome.NotOfMessage, batch.ProofOf(0));
    }

    [Fact]
    public void Long_after_the_certificates_have_ended_a_proof_still_holds()
    {
        var result = MappingProofCheck.Run(Batch.ProofOf(1), [Providers.Alpha.Anchors], Providers.Now.AddYears(20));

        Assert.Equal(MappingProofOutcome.Proved, result.Outcome);
    }

    [Fact]
    public void The_neighbour_of_a_proved_mapping_cannot_be_guessed_from_the_path()
    {
        // The attacker knows everything about the neighbour but the last four digits of its number, even its random identifiers.
        var batch = new ProvedBatch(2);
        var neighbour = batch.Mappings[1];
        var seen = batch.ProofOf(0).Path[..MerkleTree.HashBytes];

        bool IsFound(ByteString salt) => Enumerable.Range(0, 10_000).Any(guess =>
        {
            var guessed = neighbour.Clone();
            guessed.Salt = salt;
            guessed.IdentityReference.Value = "+82-10-5550-" + guess.ToString("D4", CultureInfo.InvariantCulture);
            return MerkleTree.LeafHash(guessed.ToByteArray()).AsSpan().SequenceEqual(seen.Span);
        });

        Assert.True(IsFound(neighbour.Salt), "the dictionary has the right number in it");
        Assert.False(IsFound(ByteString.Empty));
        Assert.False(IsFound(batch.Mappings[0].Salt));
    }

    [Theory]
    [InlineData("\"index\": 1", "\"index\": 1.5")]
    [InlineData("\"index\": 1", "\"index\": 99999999999")]
    [InlineData("\"index\": 1", "\"index\": 1, \"index\": 2")]
    [InlineData("\"index\": 1", "\"index\": 1, \"note\": \"x\"")]
    [InlineData("\"count\": 5", "\"count\": \"5\"")]
    [InlineData("mapping-proof.v1", "mapping-proof.v2")]
    [InlineData("\"path\": \"", "\"path\": \"*")]
    [InlineData("\"certificates\": [", "\"certificates\": [[")]
    public void A_file_of_another_form_is_no_proof(string part, string other)
    {
        var file = Encoding.UTF8.GetString(MappingProofFile.Write(Batch.ProofOf(1)));
        Assert.Contains(part, file, StringComparison.Ordinal);

        Assert.Null(MappingProofFile.Read(Encoding.UTF8.GetBytes(file.Replace(part, other, StringComparison.Ordinal))));
        Assert.Null(MappingProofFile.Read(new byte[MappingProofFile.BytesMax + 1]));
    }

    private static MappingProofResult Check(MappingProof proof) => MappingProofCheck.Run(proof, [Providers.Alpha.Anchors], Providers.Now);

    private static void Refused(MappingProofOutcome expected, MappingProof proof)
    {
        var result = Check(proof);

        Assert.Equal(expected, result.Outcome);
        Assert.Null(result.Mapping);
    }
}
