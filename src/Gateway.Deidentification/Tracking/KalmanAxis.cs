namespace Gateway.Deidentification.Tracking;

/// <summary>
/// A Kalman filter of one number that moves at a constant rate, with one frame as the unit of time. A box has four of them (centre x and
/// y, width, height), independent of each other. All noise is relative to the size of the region: a near face moves more pixels than a far one.
/// </summary>
internal struct KalmanAxis
{
    private const float MeasurementNoise = 1f / 20;
    private const float PlaceNoise = 1f / 20;
    private const float RateNoise = 1f / 160;
    private const float FirstRateNoise = 1f / 20;

    private float _placeVariance;
    private float _covariance;
    private float _rateVariance;

    public KalmanAxis(float measured, float size)
    {
        Place = measured;
        _placeVariance = Square(MeasurementNoise * size);
        _rateVariance = Square(FirstRateNoise * size);
    }

    public float Place { get; private set; }

    /// <summary>Change a frame.</summary>
    public float Rate { get; private set; }

    public readonly float PlaceDeviation => MathF.Sqrt(_placeVariance);

    public void Predict(float size)
    {
        Place += Rate;
        _placeVariance += (2 * _covariance) + _rateVariance + Square(PlaceNoise * size);
        _covariance += _rateVariance;
        _rateVariance += Square(RateNoise * size);
    }

    public void Correct(float measured, float size)
    {
        var error = measured - Place;
        var total = _placeVariance + Square(MeasurementNoise * size);
        var (placeGain, rateGain) = (_placeVariance / total, _covariance / total);
        Place += placeGain * error;
        Rate += rateGain * error;
        _rateVariance -= rateGain * _covariance;
        _covariance -= rateGain * _placeVariance;
        _placeVariance -= placeGain * _placeVariance;
    }

    /// <summary>Stands still from here, as uncertain as at the start.</summary>
    public void ForgetRate(float size)
    {
        Rate = 0;
        _covariance = 0;
        _rateVariance = Square(FirstRateNoise * size);
    }

    private static float Square(float value) => value * value;
}
