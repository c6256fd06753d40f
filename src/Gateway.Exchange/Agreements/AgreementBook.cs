using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Agreements;

/// <summary>
/// The agreements this node is party to. What is not in it is not allowed. One immutable snapshot at a time: a reload replaces all of
/// it or nothing.
/// </summary>
public sealed class AgreementBook
{
    private volatile IReadOnlyDictionary<string, SignedAgreement> _agreements;

    private AgreementBook(string provider, IReadOnlyDictionary<string, SignedAgreement> agreements)
    {
        Provider = provider;
        _agreements = agreements;
    }

    /// <summary>Our provider.</summary>
    public string Provider { get; }

    /// <summary>All agreements, in force or not, in order of identifier.</summary>
    public IReadOnlyList<SignedAgreement> All => [.. _agreements.Values.OrderBy(signed => signed.Agreement.Id, StringComparer.Ordinal)];

    /// <summary>An empty book: nothing is agreed.</summary>
    public static AgreementBook Empty(string provider) => new(provider, new Dictionary<string, SignedAgreement>());

    /// <summary>The agreement of this identifier between us and a peer that is in force, or null. Unknown, expired and not ours are one answer.</summary>
    public SignedAgreement? Find(string agreementId, string peer, DateTimeOffset at) =>
        _agreements.TryGetValue(agreementId, out var signed)
        && signed.Agreement.IsInForce(at)
        && signed.Agreement.CounterpartyOf(Provider)?.Provider == peer
            ? signed
            : null;

    /// <summary>The agreement of this identifier that is in force, whoever the other party is, or null.</summary>
    public SignedAgreement? Find(string agreementId, DateTimeOffset at) =>
        _agreements.TryGetValue(agreementId, out var signed) && signed.Agreement.IsInForce(at) ? signed : null;

    /// <summary>Reads every agreement file of a folder. When one of them does not hold, the book stays as it was.</summary>
    /// <returns>Everything that is wrong, by file; empty when the book was replaced.</returns>
    public IReadOnlyList<string> Load(string folder, SignerRegistry signers)
    {
        var loaded = new Dictionary<string, SignedAgreement>();
        var findings = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + AgreementFile.Extension).Order(StringComparer.Ordinal))
        {
            var reading = AgreementFile.Read(path, signers);
            findings.AddRange(reading.Findings.Select(finding => $"{Path.GetFileName(path)}: {finding}"));
            if (reading.Signed is not { } signed)
            {
                continue;
            }

            if (signed.Agreement.PartyOf(Provider) is null)
            {
                findings.Add($"{Path.GetFileName(path)}: {Provider} is no party of {signed.Agreement.Id}; remove the file");
            }
            else if (!loaded.TryAdd(signed.Agreement.Id, signed))
            {
                findings.Add($"{Path.GetFileName(path)}: {signed.Agreement.Id} is there twice; keep the newest revision only");
            }
        }

        if (findings.Count == 0)
        {
            _agreements = loaded;
        }

        return findings;
    }
}
