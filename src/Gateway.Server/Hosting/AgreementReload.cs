using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Keys;

namespace Gateway.Server.Hosting;

/// <summary>Reads the agreement files of the node, all or nothing. Parties are known by their signing keys: ours, and those of the peers.</summary>
internal sealed class AgreementReload(AgreementBook book, string folder, VerificationKey own, PeerDirectory peers)
{
    /// <returns>What is wrong, by file; empty when the book was replaced.</returns>
    public IReadOnlyList<string> Run() => folder.Length == 0 ? [] : book.Load(folder, Signer);

    private VerificationKey? Signer(ReadOnlyMemory<byte> keyIdentifier) =>
        own.KeyIdentifier.Span.SequenceEqual(keyIdentifier.Span) ? own : peers.Signer(keyIdentifier);
}
