using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Proofs;

/// <summary>A signed message of some mappings, and the proof of each.</summary>
internal sealed class ProvedBatch
{
    private readonly SignedParts _signed;

    public ProvedBatch(int count, Action<IdentificationMapping>? change = null, TestProvider? signer = null)
    {
        Mappings = [.. Enumerable.Range(0, count).Select(_ => Some.Mapping(change))];
        Items = [.. Mappings.Select(mapping => (ReadOnlyMemory<byte>)mapping.ToByteArray())];
        LeafHashes = MerkleTree.LeafHashes(Items);
        var sender = signer ?? Providers.Alpha;
        var context = new ExchangeContext(
            sender.Uri, Providers.Beta.Uri, Some.AgreementId, 1, Some.Purpose, RandomNumberGenerator.GetBytes(16), 1, default,
            DateTimeOffset.FromUnixTimeSeconds(Providers.Now.AddDays(365).ToUnixTimeSeconds()), count, MerkleTree.Root(Items));
        var content = new MappingBatch { Mappings = { Items.Select(item => ByteString.CopyFrom(item.Span)) } }.ToByteArray();
        _signed = SignedParts.Read(MessageSealer.Seal(content, context, sender.Signing, Providers.Beta.Encryption, Providers.Now).Detached)!;
    }

    public IReadOnlyList<IdentificationMapping> Mappings { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Items { get; }

    public byte[] LeafHashes { get; }

    public MappingProof ProofOf(int index) => new(Items[index], index, Items.Count, MerkleTree.PathOf(LeafHashes, index), _signed);
}
