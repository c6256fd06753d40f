using System.Globalization;
using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Envelopes;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Vectors;

/// <summary>
/// Makes the vectors. Which bits the mutations change follows from a seed; keys and signatures are new in every run, so a set that is made
/// again has the same names and outcomes and other bytes.
/// </summary>
internal static class VectorMaker
{
    private const ulong Seed = 20260301;
    private const int Mutations = 24;

    // A megabyte of certificates; the test of the pitfalls makes it when it runs.
    private const string TooLargeForAFile = "1,501 certificates";

    private static readonly (string Name, Action<DerNode> Change)[] Contexts =
    [
        ("version 2", context => context[0].Value = [2]),
        ("a sender that is no gateway", context => context[1].Value = "alpha"u8.ToArray()),
        ("a recipient in upper case", context => context[2].Value = "xvide://BETA/gw1"u8.ToArray()),
        ("an agreement without a name", context => context[3].Value = []),
        ("an agreement of 65 characters", context => context[3].Value = new string('a', 65).Select(letter => (byte)letter).ToArray()),
        ("revision 0", context => context[4].Value = [0]),
        ("a purpose with a space", context => context[5].Value = "two words"u8.ToArray()),
        ("a message id of 15 bytes", context => context[6].Value = context[6].Value[1..]),
        ("sequence 0", context => context[7].Value = [0]),
        ("sequence 2 without a previous hash", context => context[7].Value = [2]),
        ("sequence 1 with a previous hash", context => context.Children.Insert(8, DerNode.Primitive(0x80, new byte[32]))),
        ("a negative count", context => context[9].Value = [0xFF]),
        ("a count of 1025", context => context[9].Value = [4, 1]),
        ("a Merkle root of 31 bytes", context => context[10].Value = context[10].Value[1..]),
        ("one element more", context => context.Children.Add(DerNode.Primitive(5))),
        ("an integer that is not the shortest", context => context[4].Value = [0, 1]),
    ];

    private static readonly (string Name, byte[] Oid)[] Attributes =
    [
        ("content type", EncodedOids.ContentType),
        ("message digest", EncodedOids.MessageDigest),
        ("signing time", EncodedOids.SigningTime),
        ("algorithm protection", EncodedOids.AlgorithmProtection),
        ("signing certificate", EncodedOids.SigningCertificateV2),
        ("exchange context", EncodedOids.ExchangeContext),
        ("receipt request", EncodedOids.ReceiptRequest),
    ];

    public static VectorKeys Keys => new(Some.Beta.Decryption, Some.Alpha.Signers, Some.Beta.Signers);

    public static IReadOnlyList<Vector> Make() => [.. Messages(), .. Statements(), .. Receipts()];

    private static IEnumerable<Vector> Messages()
    {
        yield return new Vector(Vector.Message, "a message", Some.Sealed().Envelope);
        yield return new Vector(Vector.Message, "a message of 100,000 bytes", Some.Sealed(new byte[100_000]).Envelope);
        yield return new Vector(Vector.Message, "a later message with a previous hash", MessageSealer.Seal(Some.Content, Some.Context(sequence: 7), Some.Alpha.Signing, Some.Beta.Encryption, Some.Time).Envelope);
        yield return new Vector(Vector.Message, "a message for somebody else", MessageSealer.Seal(Some.Content, Some.Context(to: Some.Gamma), Some.Alpha.Signing, Some.Gamma.Encryption, Some.Time).Envelope);
        foreach (var pitfall in NegativeVectorsTests.Vectors.Where(vector => vector.Pitfall != TooLargeForAFile))
        {
            yield return new Vector(Vector.Message, pitfall.Pitfall, pitfall.Bytes());
        }

        foreach (var (name, change) in Contexts)
        {
            yield return new Vector(Vector.Message, "in the context: " + name, Envelope.Seal(ForgedSignedData.WithContext(change), Some.Beta.Encryption));
        }

        foreach (var (name, oid) in Attributes)
        {
            yield return new Vector(Vector.Message, $"no {name} among the signed attributes", Envelope.Seal(ForgedSignedData.Message().Remove(oid).SignedBy(Some.Alpha), Some.Beta.Encryption));
        }

        foreach (var mutated in Mutate(Some.Sealed().Envelope))
        {
            yield return mutated;
        }
    }

    // Envelopes of one content and one key differ in length by a few bytes: positions are shares of the length, and stay what they were.
    private static IEnumerable<Vector> Mutate(byte[] envelope)
    {
        var random = new SeededGenerator(Seed);
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = envelope.ToArray();
            var (permille, bit) = (random.Next(0, 1000), random.Next(0, 8));
            mutated[envelope.Length * permille / 1000] ^= (byte)(1 << bit);
            yield return new Vector(Vector.Message, string.Create(CultureInfo.InvariantCulture, $"bit {bit} changed after {permille} thousandths"), mutated);
        }
    }

    private static IEnumerable<Vector> Statements()
    {
        yield return new Vector(Vector.Statement, "a statement", Some.Statement());
        yield return new Vector(Vector.Statement, "a message presented as a statement", ForgedSignedData.Message().AsIs());
        yield return new Vector(Vector.Statement, "a statement by somebody else", SignedDataWriter.SignStatement(Some.Content, ContentTypes.Agreement, Some.Gamma.Signing, Some.Time));
        yield return new Vector(Vector.Statement, "a statement of another kind", SignedDataWriter.SignStatement(Some.Content, ContentTypes.StreamRecord, Some.Alpha.Signing, Some.Time));
        yield return new Vector(Vector.Statement, "a statement signed before its certificate began", SignedDataWriter.SignStatement(Some.Content, ContentTypes.Agreement, Some.Alpha.Signing, Some.Time.AddYears(-1)));
        var changed = new ForgedSignedData(Some.Statement());
        changed.Content.Value[0] ^= 1;
        yield return new Vector(Vector.Statement, "a statement with another content", changed.AsIs());
    }

    private static IEnumerable<Vector> Receipts()
    {
        var message = Some.Sealed();
        var opened = MessageOpener.Open(message.Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;
        var receipt = SignedReceipt.Create(opened, Some.Beta.Signing, Some.Time);
        var other = MessageSealer.Seal(Some.Content, Some.Context() with { MessageId = RandomNumberGenerator.GetBytes(16) }, Some.Alpha.Signing, Some.Beta.Encryption, Some.Time);
        yield return new Vector(Vector.Receipt, "a receipt", receipt, message.Detached);
        yield return new Vector(Vector.Receipt, "a receipt held against another message", receipt, other.Detached);
        yield return new Vector(Vector.Receipt, "a receipt held against the message with its content", receipt, Some.Inner(message));
        yield return new Vector(Vector.Receipt, "a message presented as its own receipt", Some.Inner(message), message.Detached);
        yield return new Vector(Vector.Receipt, "a receipt with a byte after its end", [.. receipt, 0], message.Detached);
        var digest = new ForgedSignedData(receipt);
        digest.ReplaceValue(EncodedOids.MessageSignatureDigest, DerNode.Primitive(4, new byte[32]));
        yield return new Vector(Vector.Receipt, "a receipt with the digest of another message", digest.SignedBy(Some.Beta), message.Detached);
        var context = new ForgedSignedData(receipt);
        context.ReplaceValue(EncodedOids.ExchangeContext, DerNode.Of((Some.Context() with { AgreementRevision = 2 }).Write));
        yield return new Vector(Vector.Receipt, "a receipt with another context", context.SignedBy(Some.Beta), message.Detached);
        yield return new Vector(Vector.Receipt, "a receipt signed by the sender", new ForgedSignedData(receipt).SignedBy(Some.Alpha), message.Detached);
    }
}
