using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// The mappings of one message, by the day they say they were issued on. The day is the sender's word: what piled up while a peer was away counts
/// for the days it was issued on, and a peer that back-dates uses up days it can use once only, as many as a mapping may be old.
/// </summary>
/// <param name="agreement">The agreement they came under.</param>
/// <param name="now">When they came.</param>
internal sealed class IssuedMappings(Agreement agreement, DateTimeOffset now)
{
    // What was issued before it has been kept as long as was agreed and is buried on arrival. All of it counts for one day: there is no end of
    // days before it, and each would bring a whole day's volume of tombstones.
    private readonly long _firstDay = DayOf((now - agreement.Retention).ToUnixTimeSeconds()) - 1;
    private readonly Dictionary<long, int> _byDay = [];

    // An erasure discloses nothing and is not counted: a volume must never keep one from arriving.
    public void Add(IdentificationMapping mapping)
    {
        if (mapping.State != MappingState.Erased)
        {
            var day = Math.Max(DayOf(mapping.IssuedAtS), _firstDay);
            _byDay[day] = _byDay.GetValueOrDefault(day) + 1;
        }
    }

    public IReadOnlyList<IssuedOnDay> ByDay(AgreementBook agreements) =>
        [.. _byDay.Select(day => new IssuedOnDay(day.Key, day.Value, agreements.MappingsPerDayMax(agreement, day.Key)))];

    private static long DayOf(long seconds) => seconds / 86_400;
}
