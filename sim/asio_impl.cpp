// SPDX-License-Identifier: Apache-2.0
// Boost.Asio's own code, compiled once here instead of in every unit that uses it
// (BOOST_ASIO_SEPARATE_COMPILATION).

#include <boost/asio/impl/src.hpp>
