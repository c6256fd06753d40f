namespace Gateway.Exchange.Delivery;

/// <summary>What a strict sequence counts over: messages of one provider for another under one agreement.</summary>
/// <param name="Sender">Provider that sends.</param>
/// <param name="Recipient">Provider that receives.</param>
/// <param name="AgreementId">Agreement both are party to.</param>
public readonly record struct ChannelKey(string Sender, string Recipient, string AgreementId);
