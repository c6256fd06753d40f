using System.Security.Cryptography;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Agreements;

/// <summary>How reading an agreement file ended.</summary>
public enum AgreementOutcome
{
    /// <summary>Both parties signed the same, sound text.</summary>
    Signed,

    /// <summary>The file is missing, too large, or not a series of PEM blocks.</summary>
    Unreadable,

    /// <summary>The text breaks a rule.</summary>
    Unsound,

    /// <summary>A signature does not hold, or its signer is not known here.</summary>
    SignatureInvalid,

    /// <summary>The signatures are over different texts.</summary>
    TextsDiffer,

    /// <summary>Somebody signed who is no party.</summary>
    NotAParty,

    /// <summary>A party has not signed.</summary>
    SignatureMissing,
}

/// <summary>An agreement of which everything holds.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Digest">SHA-256 of its text: both ends hold the same one, or nothing moves .</param>
public sealed record SignedAgreement(Agreement Agreement, ReadOnlyMemory<byte> Digest);

/// <summary>The answer of reading an agreement file.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Signed">The agreement, when everything holds.</param>
/// <param name="Findings">What is wrong, for an operator.</param>
public sealed record AgreementReading(AgreementOutcome Outcome, SignedAgreement? Signed, IReadOnlyList<string> Findings);

/// <summary>
/// An agreement file: one PEM block a party, each a CMS SignedData over the very same text. Anybody can check it:
/// <c>openssl cms -verify -inform PEM</c>.
/// </summary>
public static class AgreementFile
{
    /// <summary>Extension of agreement files.</summary>
    public const string Extension = ".agreement";

    private const string Label = "CMS";
    private const int FileBytesMax = 512 * 1024;
    private const int SignaturesMax = 2;

    /// <summary>Signs a text, or adds our signature to a file the other party has signed.</summary>
    /// <param name="text">The text of the agreement; it is signed byte by byte as it is.</param>
    /// <param name="signedSoFar">What the file holds so far; empty for the first signature.</param>
    /// <param name="key">Our signing key.</param>
    /// <param name="at">Signing time.</param>
    /// <param name="signers">Keys of both parties, to check what the file holds so far; with null it is not checked before it is read.</param>
    /// <exception cref="InvalidDataException">The text or the file is not one we can sign; the message has a remedy.</exception>
    public static string Sign(ReadOnlySpan<byte> text, string signedSoFar, SigningKey key, DateTimeOffset at, SignerRegistry? signers = null)
    {
        ArgumentNullException.ThrowIfNull(signedSoFar);
        ArgumentNullException.ThrowIfNull(key);
        var (agreement, findings) = AgreementText.Read(text);
        if (agreement is null)
        {
            throw new InvalidDataException("The text is not a sound agreement: " + string.Join("; ", findings));
        }

        if (!agreement.Parties.Any(party => party.Gateways.Contains(key.Owner)))
        {
            throw new InvalidDataException($"{key.Owner} is no gateway of a party of {agreement.Id}; sign with the key of one that is, or correct the text");
        }

        RequireOtherSide(text, signedSoFar, key, signers);
        var block = PemEncoding.WriteString(Label, SignedDataWriter.SignStatement(text, ContentTypes.Agreement, key, at));
        return signedSoFar.Length == 0 ? block + "\n" : signedSoFar.TrimEnd() + "\n" + block + "\n";
    }

    /// <summary>Reads a file and checks both signatures and the text.</summary>
    public static AgreementReading Read(string path, SignerRegistry signers)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists || file.Length > FileBytesMax
                ? Refuse(AgreementOutcome.Unreadable, $"the file is missing or larger than {FileBytesMax} bytes")
                : Check(File.ReadAllText(path), signers);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Refuse(AgreementOutcome.Unreadable, "the file cannot be read; check its rights");
        }
    }

    /// <summary>Checks the content of a file.</summary>
    public static AgreementReading Check(string content, SignerRegistry signers)
    {
        ArgumentNullException.ThrowIfNull(content);

        // 1 the blocks
        var blocks = Blocks(content);
        if (blocks.Count == 0)
        {
            return Refuse(AgreementOutcome.Unreadable, "the file must hold one PEM block CMS for each of the two parties and nothing else");
        }

        // 2 the signatures
        var verified = blocks.Select(block => SignedDataVerifier.Verify(block, ContentTypes.Agreement, signers)).ToArray();
        if (Array.Find(verified, result => !result.IsVerified) is { } failed)
        {
            return Refuse(AgreementOutcome.SignatureInvalid, $"a signature does not hold: {failed.Outcome}; the signing certificates of both parties must be known here");
        }

        // 3 one text, and a sound one
        var text = verified[0].Message!.Content;
        if (Array.Exists(verified, result => !result.Message!.Content.Span.SequenceEqual(text.Span)))
        {
            return Refuse(AgreementOutcome.TextsDiffer, "the parties signed different texts; sign the same file again");
        }

        var (agreement, findings) = AgreementText.Read(text.Span);
        return agreement is null
            ? new AgreementReading(AgreementOutcome.Unsound, null, findings)
            : CheckParties(agreement, text, [.. verified.Select(result => result.Message!.Signer.Owner.ToString())]);
    }

    // 4 both parties, each by a gateway of its own
    private static AgreementReading CheckParties(Agreement agreement, ReadOnlyMemory<byte> text, HashSet<string> signers)
    {
        var byParty = agreement.Parties.ToLookup(party => party.Gateways.Any(gateway => signers.Contains(gateway.ToString())));
        if (!signers.All(signer => agreement.Parties.Any(party => party.Gateways.Any(gateway => gateway.ToString() == signer))))
        {
            return Refuse(AgreementOutcome.NotAParty, "somebody signed who is no party");
        }

        return byParty[false].FirstOrDefault() is { } missing
            ? Refuse(AgreementOutcome.SignatureMissing, $"{missing.Provider} has not signed; send the file there and have it signed")
            : new AgreementReading(AgreementOutcome.Signed, new SignedAgreement(agreement, SHA256.HashData(text.Span)), []);
    }

    private static void RequireOtherSide(ReadOnlySpan<byte> text, string signedSoFar, SigningKey key, SignerRegistry? signers)
    {
        if (signedSoFar.Length == 0)
        {
            return;
        }

        if (Blocks(signedSoFar) is not [var block])
        {
            throw new InvalidDataException("The file must hold the one signature of the other party and nothing else; sign into a new file");
        }

        if (signers is null)
        {
            return;
        }

        var other = SignedDataVerifier.Verify(block, ContentTypes.Agreement, signers);
        if (!other.IsVerified)
        {
            throw new InvalidDataException($"The signature in the file does not hold: {other.Outcome}; ask the other party to sign again");
        }

        if (!other.Message.Content.Span.SequenceEqual(text) || other.Message.Signer.Owner.Provider == key.Owner.Provider)
        {
            throw new InvalidDataException("The file holds our own signature, or one over another text; both parties sign the very same text, once each");
        }
    }

    /// <returns>The blocks, or none when there is anything but blocks: text around them would look signed and is not.</returns>
    private static List<byte[]> Blocks(ReadOnlySpan<char> content)
    {
        var blocks = new List<byte[]>();
        while (!content.IsWhiteSpace())
        {
            if (blocks.Count == SignaturesMax
                || !PemEncoding.TryFind(content, out var fields)
                || !content[..fields.Location.Start].IsWhiteSpace()
                || !content[fields.Label].SequenceEqual(Label))
            {
                return [];
            }

            blocks.Add(Convert.FromBase64String(content[fields.Base64Data].ToString()));
            content = content[fields.Location.End..];
        }

        return blocks;
    }

    private static AgreementReading Refuse(AgreementOutcome outcome, string finding) => new(outcome, null, [finding]);
}
