using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>Who sealed an original for whom, why and until when; inside the signature. It never names a file: names of files name people.</summary>
/// <param name="Sender">The gateway that sealed it; must be the signer.</param>
/// <param name="Recipients">The one or two gateways that can open it.</param>
/// <param name="AgreementId">Agreement it is sealed under, 1 to 64 visible ASCII characters; empty for a provider's own custody.</param>
/// <param name="Purpose">Purpose code, 1 to 64 visible ASCII characters.</param>
/// <param name="NotAfter">It must not be opened after this time. Whole seconds are kept.</param>
public sealed record OriginalContext(GatewayUri Sender, IReadOnlyList<GatewayUri> Recipients, string AgreementId, string Purpose, DateTimeOffset NotAfter)
{
    internal bool IsInBounds =>
        Recipients.Count is >= 1 and <= SealingLimits.RecipientsMax
        && Recipients.Distinct().Count() == Recipients.Count
        && (AgreementId.Length == 0 || ExchangeContext.IsName(AgreementId))
        && ExchangeContext.IsName(Purpose);
}
