using Gateway.Server.Commands;

return await GatewayCommand.Create().Parse(args).InvokeAsync();
