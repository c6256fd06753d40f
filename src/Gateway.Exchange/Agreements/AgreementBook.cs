using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Agreements;

/// <summary>
/// The agreements this node is party to. What is not in it is not allowed. One immutable snapshot at a time: a reload replaces all of
/// it or nothing.
/// </summary>
/// <remarks>
/// Several revisions of one agreement may be in the book: the newest that has begun is the one for new messages, an older one still covers the
/// messages that were sealed under it. Taking its file away ends it at once.
/// </remarks>
public sealed class AgreementBook
{
    /// <summary>Most agreement files in a folder.</summary>
    public const int FilesMax = 1024;

    private volatile IReadOnlyList<SignedAgreement> _agreements;

    private AgreementBook(string provider, IReadOnlyList<SignedAgreement> agreements)
    {
        Provider = provider;
        _agreements = agreements;
    }

    /// <summary>Our provider.</summary>
    public string Provider { get; }

    /// <summary>All agreements, in force or not, in order of identifier and revision.</summary>
    public IReadOnlyList<SignedAgreement> All => _agreements;

    /// <summary>An empty book: nothing is agreed.</summary>
    public static AgreementBook Empty(string provider) => new(provider, []);

    /// <summary>The agreement with a peer for new messages, or null. Unknown, expired and not ours are one answer.</summary>
    public SignedAgreement? Find(string agreementId, string peer, DateTimeOffset at) =>
        Find(agreementId, at) is { } signed && IsWith(signed, peer) ? signed : null;

    /// <summary>One revision of an agreement between us and a peer, when it is in force; else null.</summary>
    public SignedAgreement? Find(string agreementId, int revision, string peer, DateTimeOffset at)
    {
        var signed = _agreements.FirstOrDefault(other => other.Agreement.Id == agreementId && other.Agreement.Revision == revision);
        return signed is not null && IsWith(signed, peer) && signed.Agreement.IsInForce(at) ? signed : null;
    }

    /// <summary>The agreement for new messages, whoever the other party is, or null.</summary>
    public SignedAgreement? Find(string agreementId, DateTimeOffset at) =>
        Current(_agreements.Where(signed => signed.Agreement.Id == agreementId), at);

    /// <summary>The newest revision of an agreement, in force or not, or null.</summary>
    public SignedAgreement? FindNewest(string agreementId) => _agreements.LastOrDefault(signed => signed.Agreement.Id == agreementId);

    /// <summary>
    /// Mappings a party may issue on a day under an agreement: as many as the most generous revision of that day. A revision that lowers the
    /// number must not make too many of what was issued before it.
    /// </summary>
    /// <param name="agreement">The revision a message came under; it counts on every day.</param>
    /// <param name="day">Days since 1970-01-01 (UTC).</param>
    public int MappingsPerDayMax(Agreement agreement, long day)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var (begin, end) = (DateTimeOffset.UnixEpoch.AddDays(day), DateTimeOffset.UnixEpoch.AddDays(day + 1));
        return _agreements.Select(signed => signed.Agreement)
            .Where(other => other.Id == agreement.Id && other.ValidFrom < end && other.ValidUntil > begin)
            .Append(agreement)
            .Max(other => other.MappingsPerDay);
    }

    /// <summary>The agreements for new messages that name a gateway of a peer, one revision each.</summary>
    public IReadOnlyList<SignedAgreement> InForceWith(GatewayUri gateway, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        return
        [
            .. _agreements.GroupBy(signed => signed.Agreement.Id)
                .Select(revisions => Current(revisions, at))
                .OfType<SignedAgreement>()
                .Where(signed => signed.Agreement.CounterpartyOf(Provider)?.Gateways.Contains(gateway) == true),
        ];
    }

    /// <summary>Reads every agreement file of a folder. When one of them does not hold, the book stays as it was.</summary>
    /// <returns>Everything that is wrong, by file; empty when the book was replaced.</returns>
    public IReadOnlyList<string> Load(string folder, SignerRegistry signers)
    {
        if (!Directory.Exists(folder))
        {
            return [$"{folder} is missing; create it, or name the folder that holds the agreements"];
        }

        var paths = Directory.EnumerateFiles(folder, "*" + AgreementFile.Extension).Take(FilesMax + 1).Order(StringComparer.Ordinal).ToArray();
        if (paths.Length > FilesMax)
        {
            return [$"{folder} has more than {FilesMax} agreements; take those away that ended"];
        }

        var loaded = new Dictionary<(string Id, int Revision), SignedAgreement>();
        var findings = new List<string>();
        foreach (var path in paths)
        {
            Take(path, AgreementFile.Read(path, signers), loaded, findings);
        }

        if (findings.Count == 0)
        {
            _agreements = [.. loaded.Values.OrderBy(signed => signed.Agreement.Id, StringComparer.Ordinal).ThenBy(signed => signed.Agreement.Revision)];
        }

        return findings;
    }

    private void Take(string path, AgreementReading reading, Dictionary<(string Id, int Revision), SignedAgreement> loaded, List<string> findings)
    {
        var name = Path.GetFileName(path);
        if (reading.Signed is not { } signed)
        {
            findings.AddRange(reading.Findings.Select(finding => $"{name}: {finding}"));
        }
        else if (signed.Agreement.PartyOf(Provider) is null)
        {
            findings.Add($"{name}: {Provider} is no party of {signed.Agreement.Id}; remove the file");
        }
        else if (!loaded.TryAdd((signed.Agreement.Id, signed.Agreement.Revision), signed))
        {
            findings.Add($"{name}: {signed.Agreement.Id} revision {signed.Agreement.Revision} is there twice; keep one file");
        }
    }

    // A newer revision may have narrowed an older one: once it has begun, its end does not bring the older one back.
    private static SignedAgreement? Current(IEnumerable<SignedAgreement> revisions, DateTimeOffset at) =>
        revisions.LastOrDefault(signed => signed.Agreement.ValidFrom <= at) is { } newest && newest.Agreement.IsInForce(at) ? newest : null;

    private bool IsWith(SignedAgreement signed, string peer) => signed.Agreement.CounterpartyOf(Provider)?.Provider == peer;
}
