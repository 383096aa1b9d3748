// The API and the runtime both speak of containers; these names say whose.
global using ApiContainer = Keelson.Api.Core.V1.Container;
global using ApiContainerState = Keelson.Api.Core.V1.ContainerState;
global using ApiContainerStatus = Keelson.Api.Core.V1.ContainerStatus;
global using ApiNode = Keelson.Api.Core.V1.Node;
global using RunContainer = Keelson.Node.Runtime.ContainerStatus;
global using RunState = Keelson.Node.Runtime.ContainerState;
