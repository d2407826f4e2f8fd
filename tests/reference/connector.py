"""Connectors: people who bring organisations together (ODD 2, "Connector")."""

import mesa


class Connector(mesa.Agent):
    """A post of a connector, and who holds it."""

    def __init__(self, place, post, uid):
        super().__init__(place.model)
        self.place, self.post, self.uid = place, post, uid
        self.active = False
        self.closed = False  # its funding ended before its post
        self.host = "independent"
        self.host_organisation = None
        self.neutrality = 0.0
        self.arrived = self.funded_until = 0
        self.contacts = {}  # organisation -> the trust that it has in the connector
        self.worked = 0.0
        self.was_filled = False
