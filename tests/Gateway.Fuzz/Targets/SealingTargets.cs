using Gateway.Fuzz.Mutation;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Originals;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;

namespace Gateway.Fuzz.Targets;

/// <summary>CMS in all its forms: Alpha signs, Beta opens.</summary>
internal sealed class SealingTargets
{
    private const int ChunkBytes = 64;

    private readonly FuzzKeys _alpha;
    private readonly FuzzKeys _beta;
    private readonly SealedMessage _small;
    private readonly SealedMessage _large;
    private readonly byte[] _receipt;
    private readonly HashSet<string> _known = [];
    private readonly byte[] _content = new SeededGenerator(5).Bytes((4 * ChunkBytes) + 7);

    public SealingTargets(FuzzKeys alpha, FuzzKeys beta)
    {
        (_alpha, _beta) = (alpha, beta);
        _small = Seal(new SeededGenerator(1).Bytes(40), sequence: 1);
        _large = Seal(new SeededGenerator(2).Bytes(4000), sequence: 2);
        _receipt = SignedReceipt.Create(MessageOpener.Open(_small.Envelope, beta.Decryption, alpha.Signers).Message!, beta.Signing, FuzzKeys.Time);
        var receipt = SignedReceipt.Verify(_receipt, _small.Detached, beta.Signers, alpha.Signers).Receipt!;
        _known.UnionWith(((ReadOnlyMemory<byte>[])[_small.MessageHash, _large.MessageHash, receipt.MessageHash]).Select(hash => Convert.ToHexString(hash.Span)));
    }

    public IEnumerable<FuzzTarget> All =>
    [
        new("envelope", Mutators.Der, () => [_small.Envelope, _large.Envelope], Opens, IsAuthenticated: true),
        new("signed-data", Mutators.Der, () => [Inner(_small), Inner(_large)], Verifies, IsAuthenticated: true),
        new("signed-data-detached", Mutators.Der, () => [_small.Detached, _large.Detached], VerifiesDetached, IsAuthenticated: true),
        new("receipt", Mutators.Der, () => [_receipt], Receipts, IsAuthenticated: true),
        new("receipted-message", Mutators.Der, () => [_small.Detached], ReceiptsOf, IsAuthenticated: true),
        new("offline-signers", Mutators.Der, () => [_receipt, Inner(_small)], FindsSigner, IsAuthenticated: false),
        new("original", Mutators.Bytes, () => [Original(_content), Original([])], OpensOriginal, IsAuthenticated: true),
        new("original-statement", Mutators.Der, Statements, ReadsStatement, IsAuthenticated: false),
        new("gateway-uri", Mutators.Text, () => ["xvide://alpha/a1"u8.ToArray(), "xvide://beta/gw-1"u8.ToArray()], ReadsUri, IsAuthenticated: false),
    ];

    private static Verdict Is(bool accepted) => accepted ? Verdict.Accepted : Verdict.Refused;

    private Verdict Is(SignedMessage? message) =>
        message is null ? Verdict.Refused : _known.Contains(Convert.ToHexString(message.MessageHash.Span)) ? Verdict.SameMessage : Verdict.Accepted;

    private Verdict Opens(byte[] input) => Is(MessageOpener.Open(input, _beta.Decryption, _alpha.Signers).IsOpened);

    private Verdict Verifies(byte[] input) => Is(SignedDataVerifier.Verify(input, ContentTypes.MappingBatch, _alpha.Signers).Message);

    private Verdict VerifiesDetached(byte[] input) => Is(SignedDataVerifier.VerifyDetached(input, ContentTypes.MappingBatch, _alpha.Signers).Message);

    private Verdict Receipts(byte[] input) => Is(SignedReceipt.Verify(input, _small.Detached, _beta.Signers, _alpha.Signers).Receipt);

    private Verdict ReceiptsOf(byte[] input) => Is(SignedReceipt.Verify(_receipt, input, _beta.Signers, _alpha.Signers).Original);

    private Verdict FindsSigner(byte[] input) =>
        Is(OfflineSigners.From(input, [_alpha.Anchors, _beta.Anchors], FuzzKeys.Time).Outcome == CertificateOutcome.Trusted);

    private Verdict OpensOriginal(byte[] input)
    {
        using var sink = new MemoryStream();
        var result = OriginalOpener.OpenAsync(new MemoryStream(input), sink, _beta.Decryption, _alpha.Signers, FuzzKeys.Time, ChunkBytes, default).GetAwaiter().GetResult();
        var released = sink.ToArray();
        return _content.AsSpan().StartsWith(released) ? Is(result.IsOpened) : throw new InvalidOperationException("what was released is no beginning of the original");
    }

    private static Verdict ReadsStatement(byte[] input)
    {
        try
        {
            using var statement = OriginalStatement.Read(input);
            return statement is null || statement.Encode().AsSpan().SequenceEqual(input) ? Is(statement is not null) : throw new InvalidOperationException("one statement has two encodings");
        }
        catch (System.Formats.Asn1.AsnContentException)
        {
            return Verdict.Refused;
        }
    }

    private static Verdict ReadsUri(byte[] input)
    {
        var text = System.Text.Encoding.Latin1.GetString(input);
        var accepted = GatewayUri.TryParse(text, out var uri);
        return !accepted || uri!.ToString() == text ? Is(accepted) : throw new InvalidOperationException("one gateway has two names");
    }

    private SealedMessage Seal(byte[] content, long sequence)
    {
        var context = new ExchangeContext(
            _alpha.Uri, _beta.Uri, "agreement-1", 1, "roaming", new byte[16], sequence, sequence == 1 ? default : new byte[32], FuzzKeys.Time.AddDays(1), 1, new byte[32]);
        return MessageSealer.Seal(content, context, _alpha.Signing, _beta.Encryption, FuzzKeys.Time);
    }

    private byte[] Inner(SealedMessage message) => Envelope.Open(message.Envelope, _beta.Decryption).Content!;

    private OriginalContext OriginalContext() => new(_alpha.Uri, [_beta.Uri], "agreement-1", "lawful-request", FuzzKeys.Time.AddDays(30));

    private IReadOnlyList<byte[]> Statements()
    {
        using var statement = OriginalStatement.New(OriginalContext());
        return [statement.Encode()];
    }

    private byte[] Original(byte[] content)
    {
        using var target = new MemoryStream();
        OriginalSealer.SealAsync(new MemoryStream(content), target, OriginalContext(), _alpha.Signing, [_beta.Encryption], FuzzKeys.Time, ChunkBytes, default).GetAwaiter().GetResult();
        return target.ToArray();
    }
}
