// SPDX-License-Identifier: Apache-2.0
// Whether the network has doubled a request that carries out a client's operation. Such a request
// is carried out or refused twice, and the refusal may reach the client first: without request ids
// nobody there can know (anomaly A16, rule U15).
#pragma once

#include <algorithm>
#include <array>

#include "core/common/message_types.h"
#include "sim/event.h"

namespace gfs::checks {

// As opposed to those that only prepare it. REQUIRES: message.sent or message.delivered.
inline bool carries_out(const sim::Event& message) {
    constexpr std::array requests{
        request_type(Message::Create),        request_type(Message::Delete),
        request_type(Message::Rename),        request_type(Message::Snapshot),
        request_type(Message::MakeDirectory), request_type(Message::Open),
        request_type(Message::Write),         request_type(Message::RecordAppend)};
    return std::find(requests.begin(), requests.end(),
                     static_cast<sim::MessageType>(message.fields[0])) != requests.end();
}

// The requests of one operation.
class DoubledRequest {
  public:
    // What arrives twice and was sent once has been doubled. REQUIRES: carries_out.
    void apply(const sim::Event& message) {
        if (message.kind == sim::event::message_sent) {
            arrived_ = false;
            return;
        }
        doubled_ = doubled_ || arrived_;
        arrived_ = true;
    }
    bool doubled() const { return doubled_; }

  private:
    bool arrived_ = false;  // the last one that the client has sent
    bool doubled_ = false;  // that one, or one before it
};

}  // namespace gfs::checks
